//! Files that were given, by their tokens. Their bytes are the kernel's.

use std::collections::{BTreeMap, HashSet};

use kernel::model::upload::{Column, Entity};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::Value;

use crate::{
    model::{dispute, dispute_evidence, payment, registration, result_submission},
    rules::answers::File,
};

/// Entries read at a time.
const BATCH: u64 = 1_000;

/// What is known of files that were given, by their tokens.
pub(crate) async fn known(db: &impl ConnectionTrait, tokens: Vec<String>) -> Result<BTreeMap<String, File>, DbErr> {
    if tokens.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows: Vec<(String, String, i64, Option<i64>)> = Entity::find()
        .select_only()
        .columns([Column::Token, Column::ContentType, Column::ByteSize, Column::OwnerId])
        .filter(Column::Token.is_in(tokens))
        .into_tuple()
        .all(db)
        .await?;
    let file = |(token, content_type, byte_size, owner_id)| (token, File { content_type, byte_size, owner_id });
    Ok(rows.into_iter().map(file).collect())
}

/// Those of the tokens that a payment, a report or a dispute names.
pub(crate) async fn named(db: &impl ConnectionTrait, tokens: Vec<String>) -> Result<HashSet<String>, DbErr> {
    let mut named = HashSet::new();
    macro_rules! of {
        ($($row:ident . $column:ident),*) => {$(
            let rows: Vec<Option<String>> = $row::Entity::find()
                .select_only()
                .column($row::Column::$column)
                .filter($row::Column::$column.is_in(tokens.iter().cloned()))
                .into_tuple()
                .all(db)
                .await?;
            named.extend(rows.into_iter().flatten());
        )*};
    }
    of!(payment.PaymentProof, result_submission.Screenshot, dispute_evidence.Upload, dispute.EvidenceScreenshot);
    Ok(named)
}

/// Those of the tokens that stand among the answers of an entry. Answers have no index: every entry is read.
pub(crate) async fn answered(db: &impl ConnectionTrait, tokens: Vec<String>) -> Result<HashSet<String>, DbErr> {
    let (tokens, mut found, mut after): (HashSet<String>, _, _) = (tokens.into_iter().collect(), HashSet::new(), 0);
    loop {
        let rows: Vec<(i64, Value)> = registration::Entity::find()
            .select_only()
            .columns([registration::Column::Id, registration::Column::RegistrationData])
            .filter(registration::Column::Id.gt(after))
            .order_by_asc(registration::Column::Id)
            .limit(BATCH)
            .into_tuple()
            .all(db)
            .await?;
        let Some((last, _)) = rows.last() else { return Ok(found) };
        after = *last;
        rows.iter().for_each(|(_, answers)| collect(answers, &tokens, &mut found));
    }
}

fn collect(value: &Value, tokens: &HashSet<String>, found: &mut HashSet<String>) {
    match value {
        Value::String(text) => drop(tokens.get(text).map(|token| found.insert(token.clone()))),
        Value::Array(values) => values.iter().for_each(|value| collect(value, tokens, found)),
        Value::Object(fields) => fields.values().for_each(|value| collect(value, tokens, found)),
        _ => {}
    }
}
