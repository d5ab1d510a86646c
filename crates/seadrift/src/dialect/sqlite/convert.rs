//! How values change when their column changes its type.
//!
//! An expression here turns a value into the new type's spelling where that keeps its meaning, and
//! leaves every other value as it is: the new column's affinity still turns `'12'` into 12, and what
//! then is no value of the type breaks the column's check, so that the rebuild refuses it and counts it.

use crate::schema::ColumnType;

/// The value of the SQL expression `value`, of type `from`, in the spelling of type `to`.
pub(in crate::dialect) fn convert(from: &ColumnType, to: &ColumnType, value: &str) -> String {
    if from == to {
        return value.to_owned();
    }
    match to {
        ColumnType::Boolean => boolean(value),
        ColumnType::Text | ColumnType::Varchar(_) | ColumnType::Json => text(from, to, value),
        ColumnType::Uuid => format!(
            "CASE WHEN typeof({value}) = 'text' AND length(unhex({value}, '-')) = 16 \
             THEN unhex({value}, '-') ELSE {value} END"
        ),
        ColumnType::Date => format!(
            "CASE WHEN length({value}) > 10 AND time({value}) = '00:00:00' THEN substr({value}, 1, 10) \
             ELSE {value} END"
        ),
        ColumnType::Timestamp => moment(value, " ", ""),
        ColumnType::TimestampTz => moment(value, "T", "+00:00"),
        _ => value.to_owned(),
    }
}

fn boolean(value: &str) -> String {
    format!(
        "CASE lower({value}) WHEN 'true' THEN 1 WHEN 't' THEN 1 WHEN 'yes' THEN 1 WHEN 'on' THEN 1 \
         WHEN 'false' THEN 0 WHEN 'f' THEN 0 WHEN 'no' THEN 0 WHEN 'off' THEN 0 ELSE {value} END"
    )
}

fn text(from: &ColumnType, to: &ColumnType, value: &str) -> String {
    match (from, to) {
        (ColumnType::Boolean, _) => format!("CASE {value} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END"),
        (ColumnType::Uuid, ColumnType::Text | ColumnType::Varchar(_)) => {
            let part = |from: u32, length: u32| format!("substr(hex({value}), {from}, {length})");
            let digits = [part(1, 8), part(9, 4), part(13, 4), part(17, 4), part(21, 12)].join(" || '-' || ");
            format!("CASE WHEN {value} IS NOT NULL THEN lower({digits}) END")
        }
        _ => value.to_owned(),
    }
}

/// A date, or a date and time with or without `Z` or `+00:00`, with this separator and this end.
/// A moment without a zone is taken to be UTC.
fn moment(value: &str, separator: &str, end: &str) -> String {
    let day = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]";
    let time = "[0-9][0-9]:[0-9][0-9]:[0-9][0-9]";
    let head = format!("substr({value}, 1, 10) || '{separator}' || ");
    format!(
        "CASE WHEN {value} GLOB '{day}' THEN {value} || '{separator}00:00:00{end}' \
         WHEN {value} NOT GLOB '{day}[T ]{time}*' THEN {value} \
         WHEN substr({value}, 20) NOT GLOB '*[-+Zz ]*' THEN {head}substr({value}, 12) || '{end}' \
         WHEN {value} GLOB '*+00:00' THEN {head}substr({value}, 12, length({value}) - 17) || '{end}' \
         WHEN {value} GLOB '*Z' THEN {head}substr({value}, 12, length({value}) - 12) || '{end}' \
         ELSE {value} END"
    )
}
