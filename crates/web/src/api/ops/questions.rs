//! The questions of a tournament's form, and who helps with it.

use ::tournaments::{
    error::{lifecycle::StaffRefusal, settings::QuestionRefusal},
    model::custom_field::Model as Question,
    rules::{
        access::{Act, Duty},
        answers::Kind,
    },
    service::{
        question::{self as service, NewQuestion},
        staff,
    },
};
use kernel::Tx;
use serde_json::Value;

use super::{Nothing, input, output, tournaments::find};
use crate::api::{
    ask::Ask,
    moment::Moment,
    page::Page,
    problem::Problem,
    table::{Operation, delete, get, post, put},
    words::Word,
};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        get("questions.list", "/tournaments/{tournament}/questions", "The questions of the form, in their order.")
            .public()
            .alone(list),
        post("questions.add", "/tournaments/{tournament}/questions", "Adds a question at the end of the form.")
            .creates()
            .refuses::<QuestionRefusal>()
            .within(add),
        put("questions.order", "/tournaments/{tournament}/questions/order", "Puts the questions into this order.")
            .refuses::<QuestionRefusal>()
            .within(order),
        put("questions.edit", "/questions/{id}", "Writes a question anew.").refuses::<QuestionRefusal>().within(edit),
        delete("questions.remove", "/questions/{id}", "Removes a question.")
            .refuses::<QuestionRefusal>()
            .within(remove),
        get("staff.list", "/tournaments/{tournament}/staff", "Who helps with a tournament.").alone(helpers),
        post("staff.invite", "/tournaments/{tournament}/staff", "Asks somebody to help.")
            .creates()
            .refuses::<StaffRefusal>()
            .within(invite),
        get("staff.mine", "/me/staff", "Where one helps or was asked to.").alone(mine),
        post("staff.accept", "/staff/{id}/accept", "Accepts to help.").refuses::<StaffRefusal>().within(accept),
        post("staff.decline", "/staff/{id}/decline", "Declines to help, or stops.")
            .refuses::<StaffRefusal>()
            .within(decline),
        put("staff.duty", "/staff/{id}/duty", "Gives a helper another duty.").refuses::<StaffRefusal>().within(duty),
        delete("staff.remove", "/staff/{id}", "Lets a helper go.").refuses::<StaffRefusal>().within(dismiss),
    ]
}

output! {
    /// A question of a tournament's form.
    QuestionView {
        /// Id.
        id: i64,
        /// Its key in `answers`.
        key: String,
        /// The words.
        name: String,
        /// What an answer is.
        kind: String,
        /// What bounds it.
        config: Value,
        /// Whether nobody enters without an answer.
        required: bool,
        /// What the form explains.
        help: String,
    }
    /// Somebody who helps with a tournament.
    StaffMember {
        /// Id.
        id: i64,
        /// The tournament.
        tournament_id: i64,
        /// The account.
        user_id: i64,
        /// Its name; empty in one's own list.
        username: String,
        /// What they do.
        duty: String,
        /// When they accepted; null while they have not.
        accepted_at: Option<Moment>,
    }
}

input! {
    OneTournament {
        /// The tournament's name in addresses.
        tournament: String,
    }
    AddQuestion {
        /// The tournament's name in addresses.
        tournament: String,
        /// The words.
        name: String,
        /// What an answer is.
        kind: Word<Kind>,
        /// What bounds it.
        #[serde(default = "nothing")]
        config: Value,
        /// Whether nobody enters without an answer.
        #[serde(default)]
        required: bool,
        /// What the form explains.
        #[serde(default)]
        help: String,
    }
    EditQuestion {
        /// Id of the question.
        id: i64,
        /// The words.
        name: String,
        /// What an answer is.
        kind: Word<Kind>,
        /// What bounds it.
        #[serde(default = "nothing")]
        config: Value,
        /// Whether nobody enters without an answer.
        #[serde(default)]
        required: bool,
        /// What the form explains.
        #[serde(default)]
        help: String,
    }
    OneQuestion {
        /// Id of the question.
        id: i64,
    }
    OrderQuestions {
        /// The tournament's name in addresses.
        tournament: String,
        /// Ids of all its questions, first one first.
        order: Vec<i64>,
    }
    InviteHelper {
        /// The tournament's name in addresses.
        tournament: String,
        /// Id of the account.
        user_id: i64,
        /// What they shall do.
        duty: Word<Duty>,
    }
    OneHelper {
        /// Id of the helper's row.
        id: i64,
    }
    ChangeDuty {
        /// Id of the helper's row.
        id: i64,
        /// What they shall do.
        duty: Word<Duty>,
    }
}

fn nothing() -> Value {
    Value::Object(serde_json::Map::new())
}

pub(super) fn view(question: Question) -> QuestionView {
    QuestionView {
        id: question.id,
        key: question.field_key,
        name: question.field_name,
        kind: question.field_type,
        config: question.field_config,
        required: question.is_required,
        help: question.help_text,
    }
}

async fn list(ask: &Ask, input: OneTournament) -> Result<Page<QuestionView>, Problem> {
    let (tournament, _) = find(ask.db().read(), ask, &input.tournament).await?;
    let found = service::all(ask.db().read(), tournament.id).await?;
    Ok(Page::whole(found.into_iter().map(view)))
}

async fn add(tx: &Tx, ask: &Ask, input: AddQuestion) -> Result<QuestionView, Problem> {
    let (tournament, _) = find(tx, ask, &input.tournament).await?;
    let AddQuestion { name, kind, config, required, help, .. } = input;
    let new = NewQuestion { name, kind: kind.0, config, required, help };
    Ok(view(service::add(tx, &ask.cx(), tournament.id, new).await?))
}

async fn edit(tx: &Tx, ask: &Ask, input: EditQuestion) -> Result<(), Problem> {
    let EditQuestion { id, name, kind, config, required, help } = input;
    let new = NewQuestion { name, kind: kind.0, config, required, help };
    Ok(service::edit(tx, &ask.cx(), id, new).await?)
}

async fn remove(tx: &Tx, ask: &Ask, input: OneQuestion) -> Result<(), Problem> {
    Ok(service::remove(tx, &ask.cx(), input.id).await?)
}

async fn order(tx: &Tx, ask: &Ask, input: OrderQuestions) -> Result<(), Problem> {
    let (tournament, _) = find(tx, ask, &input.tournament).await?;
    Ok(service::reorder(tx, &ask.cx(), tournament.id, &input.order).await?)
}

fn helper(row: ::tournaments::model::staff_member::Model, username: String) -> StaffMember {
    StaffMember {
        id: row.id,
        tournament_id: row.tournament_id,
        user_id: row.user_id,
        username,
        duty: row.role,
        accepted_at: row.accepted_at.map(Moment),
    }
}

async fn helpers(ask: &Ask, input: OneTournament) -> Result<Page<StaffMember>, Problem> {
    let db = ask.db().read();
    let (tournament, standing) = find(db, ask, &input.tournament).await?;
    if standing.duty.is_none() {
        standing.require(Act::ManageStaff)?;
    }
    let found = staff::all(db, tournament.id).await?;
    Ok(Page::whole(found.into_iter().map(|member| helper(member.row, member.username))))
}

async fn mine(ask: &Ask, _: Nothing) -> Result<Page<StaffMember>, Problem> {
    let found = staff::of_user(ask.db().read(), ask.person()?).await?;
    Ok(Page::whole(found.into_iter().map(|row| helper(row, String::new()))))
}

async fn invite(tx: &Tx, ask: &Ask, input: InviteHelper) -> Result<StaffMember, Problem> {
    let (tournament, _) = find(tx, ask, &input.tournament).await?;
    let row = staff::invite(tx, &ask.cx(), tournament.id, input.user_id, input.duty.0).await?;
    Ok(helper(row, String::new()))
}

async fn accept(tx: &Tx, ask: &Ask, input: OneHelper) -> Result<(), Problem> {
    staff::accept(tx, &ask.cx(), input.id).await?;
    Ok(())
}

async fn decline(tx: &Tx, ask: &Ask, input: OneHelper) -> Result<(), Problem> {
    Ok(staff::decline(tx, &ask.cx(), input.id).await?)
}

async fn duty(tx: &Tx, ask: &Ask, input: ChangeDuty) -> Result<(), Problem> {
    Ok(staff::change(tx, &ask.cx(), input.id, input.duty.0).await?)
}

async fn dismiss(tx: &Tx, ask: &Ask, input: OneHelper) -> Result<(), Problem> {
    Ok(staff::remove(tx, &ask.cx(), input.id).await?)
}
