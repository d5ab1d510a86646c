//! Who may do what, and from which state: the tables are written down here once more, whole.

use tournaments::rules::{
    access::{Act, Duty, Standing},
    status::{self, LARGE, Size, Status, Step, StepRefusal},
};

fn of(duty: Duty) -> Standing {
    Standing { duty: Some(duty), user_id: Some(1), public: true, ..Standing::default() }
}

/// Who a column of the table below is, in its order.
fn columns() -> Vec<(&'static str, Standing)> {
    let person = Standing { user_id: Some(1), public: true, ..Standing::default() };
    let mut columns: Vec<(&str, Standing)> = Duty::ALL.iter().map(|duty| (duty.as_str(), of(*duty))).collect();
    columns.push(("staff", Standing { staff: true, ..person }));
    columns.push(("superuser", Standing { staff: true, superuser: true, ..person }));
    columns.push(("program", Standing { system: true, user_id: None, ..person }));
    columns.push(("somebody", person));
    columns.push(("visitor", Standing { user_id: None, ..person }));
    columns
}

/// Organizer, co-organizer, referee, bracket manager, payment verifier, moderator; staff, superuser, program; somebody,
/// a visitor.
const MAY: &[(Act, &str)] = &[
    (Act::View, "yyyyyy yyy yy"),
    (Act::Edit, "yy.... .yy .."),
    (Act::Publish, "yy.... .yy .."),
    (Act::Approve, "...... yyy .."),
    (Act::Cancel, "y..... yyy .."),
    (Act::Archive, "y..... yyy .."),
    (Act::ManageStaff, "yy.... .yy .."),
    (Act::SeeEntries, "yyyyyy yyy .."),
    (Act::DecideEntries, "yy.... yyy .."),
    (Act::Disqualify, "yyy... yyy .."),
    (Act::VerifyPayments, "yy..y. yyy .."),
    (Act::CheckInOthers, "yyyy.. yyy .."),
    (Act::Seed, "yy.y.. .yy .."),
    (Act::Draw, "yy.y.. .yy .."),
    (Act::Schedule, "yy.y.. .yy .."),
    (Act::RunMatches, "yyyy.. .yy .."),
    (Act::DecideMatch, "yyy... yyy .."),
    (Act::CorrectResult, "yyy... yyy .."),
    (Act::ReviewDispute, "yyy... yyy .."),
    (Act::ResolveDispute, "yyy... yyy .."),
    (Act::ResolveEscalated, "...... yyy .."),
    (Act::PayPrizes, "yy.... .yy .."),
    (Act::SeeAudit, "yy.... yyy .."),
    (Act::Moderate, "yy...y yyy .."),
];

#[test]
fn every_duty_may_what_the_table_says() {
    let acts: Vec<Act> = MAY.iter().map(|(act, _)| *act).collect();
    assert_eq!(acts, Act::ALL, "every act has its line");
    for (act, line) in MAY {
        let cells: Vec<char> = line.chars().filter(|cell| *cell != ' ').collect();
        let columns = columns();
        assert_eq!(cells.len(), columns.len(), "{act:?}");
        for ((who, standing), cell) in columns.into_iter().zip(cells) {
            assert_eq!(standing.may(*act), cell == 'y', "{who} and {act:?}");
            let refusal = standing.require(*act).err();
            assert_eq!(refusal.is_none(), cell == 'y', "{who} and {act:?}");
            if let Some(refusal) = refusal {
                assert_eq!(refusal.act, *act);
                assert_eq!(refusal.signed_in, who != "visitor");
            }
        }
    }
}

#[test]
fn nobody_of_the_staff_judges_a_tournament_that_they_help_with() {
    for duty in Duty::ALL {
        for act in [Act::Approve, Act::ResolveEscalated] {
            assert!(!Standing { staff: true, ..of(duty) }.may(act), "{duty:?} and {act:?}");
            assert!(Standing { superuser: true, ..of(duty) }.may(act), "{duty:?} and {act:?}");
        }
    }
}

#[test]
fn a_hidden_tournament_is_seen_by_those_of_it_and_by_staff() {
    for (who, standing) in columns() {
        let hidden = Standing { public: false, ..standing };
        assert_eq!(hidden.may(Act::View), !matches!(who, "somebody" | "visitor"), "{who}");
    }
}

/// Every step that there is: from, step, to. With check-in, unless the step needs that there is none.
const STEPS: &[(Status, Step, Status)] = &[
    (Status::Draft, Step::Publish, Status::Published),
    (Status::PendingApproval, Step::Approve, Status::Published),
    (Status::PendingApproval, Step::SendBack, Status::Draft),
    (Status::PendingApproval, Step::Recall, Status::Draft),
    (Status::Published, Step::OpenRegistration, Status::RegistrationOpen),
    (Status::RegistrationOpen, Step::CloseRegistration, Status::RegistrationClosed),
    (Status::RegistrationClosed, Step::ReopenRegistration, Status::RegistrationOpen),
    (Status::RegistrationClosed, Step::OpenCheckIn, Status::CheckIn),
    (Status::CheckIn, Step::Start, Status::Live),
    (Status::Live, Step::Complete, Status::Completed),
    (Status::Completed, Step::Archive, Status::Archived),
    (Status::Cancelled, Step::Archive, Status::Archived),
    (Status::Draft, Step::Cancel, Status::Cancelled),
    (Status::PendingApproval, Step::Cancel, Status::Cancelled),
    (Status::Published, Step::Cancel, Status::Cancelled),
    (Status::RegistrationOpen, Step::Cancel, Status::Cancelled),
    (Status::RegistrationClosed, Step::Cancel, Status::Cancelled),
    (Status::CheckIn, Step::Cancel, Status::Cancelled),
    (Status::Live, Step::Cancel, Status::Cancelled),
];

#[test]
fn every_state_step_and_role_is_allowed_or_refused() {
    let size = Size { places: 16, check_in: true };
    for from in Status::ALL {
        for step in Step::ALL {
            let to = STEPS.iter().find(|(known, taken, _)| known == from && taken == step).map(|(.., to)| *to);
            for (who, standing) in columns() {
                let may = standing.may(step.act());
                let outcome = status::step(*from, *step, size, &standing);
                match (may, to) {
                    (true, Some(to)) => assert_eq!(outcome, Ok(to), "{who}: {step:?} from {from:?}"),
                    (true, None) => {
                        let refusal = StepRefusal::NotNow { step: *step, from: *from };
                        assert_eq!(outcome, Err(refusal), "{who}: {step:?} from {from:?}");
                    }
                    (false, _) => {
                        assert!(
                            matches!(outcome, Err(StepRefusal::NotAllowed(_))),
                            "{who}: {step:?} from {from:?}: {outcome:?}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn a_large_tournament_is_looked_at_and_one_without_check_in_starts_from_closed() {
    let organizer = of(Duty::Organizer);
    let superuser = Standing { superuser: true, ..organizer };
    for (places, standing, to) in [
        (LARGE, organizer, Status::Published),
        (LARGE + 1, organizer, Status::PendingApproval),
        (LARGE + 1, superuser, Status::Published),
    ] {
        let size = Size { places, check_in: true };
        assert_eq!(status::step(Status::Draft, Step::Publish, size, &standing), Ok(to), "{places} places");
    }
    let without = Size { places: 16, check_in: false };
    assert_eq!(status::step(Status::RegistrationClosed, Step::Start, without, &organizer), Ok(Status::Live));
    let open = status::step(Status::RegistrationClosed, Step::OpenCheckIn, without, &organizer);
    assert!(matches!(open, Err(StepRefusal::NotNow { .. })));
    let with = Size { places: 16, check_in: true };
    let start = status::step(Status::RegistrationClosed, Step::Start, with, &organizer);
    assert!(matches!(start, Err(StepRefusal::NotNow { .. })));
}
