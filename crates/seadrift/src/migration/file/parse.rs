//! Reading a migration file.

use std::{collections::BTreeMap, path::Path};

use serde::Deserialize;
use toml::{
    Spanned,
    de::{DeArray, DeTable, DeValue, ValueDeserializer},
};

use super::{
    FIRST, FileError, LATEST, Lines, LoadedMigration, OperationLines,
    explain::{explain, unknown_key},
};
use crate::{
    migration::{Migration, MigrationId, Replaced, hash},
    operation::Operation,
    report::Code,
};

const KEYS: [&str; 6] = ["app", "dependencies", "replaces", "atomic", "acknowledged", "operations"];

/// Reads the text of a migration file. The name of the migration is the name of the file; `app` is
/// the app whose folder the file lies in.
///
/// # Errors
/// Everything that is wrong with the file, each with its line; of a text that is no TOML, the first.
pub fn parse(text: &str, file: &Path, app: &str) -> Result<LoadedMigration, Vec<FileError>> {
    let mut reader = Reader { text, file, newlines: newlines(text), errors: Vec::new() };
    let name = file.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    if let Err(message) = check_name(&name) {
        reader.errors.push(FileError::new(file, None, message));
    }
    let document = match DeTable::parse(text) {
        Ok(document) => document.into_inner(),
        Err(error) => {
            reader.refuse(error.span().map(|s| s.start), error.message().to_owned());
            return Err(reader.errors);
        }
    };
    let loaded = reader.document(document, MigrationId::new(app, name));
    reader.errors.sort_by_key(|error| error.place.line);
    if reader.errors.is_empty() { Ok(loaded) } else { Err(reader.errors) }
}

/// Whether this can name a migration: `NNNN_lower_snake`.
///
/// # Errors
/// Why not.
pub fn check_name(name: &str) -> Result<(), String> {
    let good = name.split_once('_').is_some_and(|(number, rest)| {
        number.len() >= 4 && number.bytes().all(|b| b.is_ascii_digit()) && number.parse::<u32>().is_ok() && snake(rest)
    });
    let message = || {
        format!(
            "{name:?} is not the name of a migration; write four digits and lower-case words, such as 0002_add_motto"
        )
    };
    if good { Ok(()) } else { Err(message()) }
}

/// Whether this can name an app: lower-case words joined by `_`, beginning with a letter.
///
/// # Errors
/// Why not.
pub fn check_app(app: &str) -> Result<(), String> {
    if snake(app) && !app.starts_with(|c: char| c.is_ascii_digit()) {
        return Ok(());
    }
    Err(format!("{app:?} is not the name of an app; write lower-case words, such as match_chat"))
}

fn snake(text: &str) -> bool {
    text.split('_').all(|w| !w.is_empty() && w.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()))
}

fn replaced(item: &DeValue<'_>) -> Result<Replaced, String> {
    if let Some(text) = item.as_str() {
        return text.parse::<MigrationId>().map(Replaced::from);
    }
    let text = |key: &str| item.as_table().and_then(|table| table.get(key)).and_then(|value| value.get_ref().as_str());
    let known = |table: &DeTable<'_>| table.keys().all(|key| ["migration", "hash"].contains(&&**key.get_ref()));
    match (item.as_table().is_some_and(known), text("migration"), text("hash")) {
        (true, Some(id), Some(hash)) if hash.len() == 32 && hash.bytes().all(|b| b.is_ascii_hexdigit()) => {
            Ok(Replaced { id: id.parse()?, hash: Some(hash.to_owned()) })
        }
        _ => Err("write \"accounts.0001_initial\", or { migration = \"accounts.0001_initial\", hash = \"…\" } \
                  with the 32 hexadecimal digits of what it did"
            .to_owned()),
    }
}

fn newlines(text: &str) -> Vec<usize> {
    text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(at, _)| at).collect()
}

struct Reader<'a> {
    text: &'a str,
    file: &'a Path,
    newlines: Vec<usize>,
    errors: Vec<FileError>,
}

impl Reader<'_> {
    fn line(&self, at: usize) -> u32 {
        let line = self.newlines.partition_point(|newline| *newline < at) + 1;
        u32::try_from(line).unwrap_or(u32::MAX)
    }

    fn refuse(&mut self, at: impl Into<Option<usize>>, message: impl Into<String>) {
        // An error at the end of the text stands after the last newline: there is no such line to look at.
        let last = self.text.trim_end().len();
        let line = at.into().map(|at| self.line(at.min(last)));
        self.errors.push(FileError::new(self.file, line, message));
    }

    fn document(&mut self, mut document: DeTable<'_>, id: MigrationId) -> LoadedMigration {
        self.app(document.remove("app"), &id.app);
        let (dependencies, dependency_lines) = self.ids("dependencies", document.remove("dependencies"));
        let (replaces, replaces_lines) = self.replaces(document.remove("replaces"));
        let atomic = self.atomic(document.remove("atomic"));
        let acknowledged = self.acknowledged(document.remove("acknowledged"));
        let (operations, operation_lines) = self.operations(document.remove("operations"), &id.app);
        for (key, _) in document {
            self.refuse(key.span().start, unknown_key(key.get_ref(), &KEYS));
        }
        let lines = Lines { dependencies: dependency_lines, replaces: replaces_lines, operations: operation_lines };
        let migration = Migration { id, dependencies, replaces, atomic, acknowledged, operations };
        LoadedMigration { hash: hash::hash(&migration), migration, file: self.file.to_owned(), lines }
    }

    fn app(&mut self, value: Option<Spanned<DeValue<'_>>>, app: &str) {
        let Some(value) = value else {
            return self.refuse(0, format!("the key \"app\" is missing; write app = {app:?}"));
        };
        match value.get_ref().as_str() {
            Some(found) if found == app => {}
            Some(found) => {
                let message = format!(
                    "app = {found:?}, but the file lies in the folder of {app:?}; move the file or write app = {app:?}"
                );
                self.refuse(value.span().start, message);
            }
            None => self.refuse(value.span().start, format!("app must be a text: app = {app:?}")),
        }
    }

    fn atomic(&mut self, value: Option<Spanned<DeValue<'_>>>) -> bool {
        match value.as_ref().map(|v| v.get_ref()) {
            None => true,
            Some(DeValue::Boolean(atomic)) => *atomic,
            Some(_) => {
                self.refuse(value.map(|v| v.span().start), "atomic must be true or false");
                true
            }
        }
    }

    /// Lints by code, with or without an object, each with a reason.
    fn acknowledged(&mut self, value: Option<Spanned<DeValue<'_>>>) -> BTreeMap<String, String> {
        let Some(value) = value else { return BTreeMap::new() };
        let at = value.span().start;
        let DeValue::Table(entries) = value.into_inner() else {
            self.refuse(
                at,
                "acknowledged must hold reasons by code: acknowledged.SD602 = \"nobody reads it any more\"",
            );
            return BTreeMap::new();
        };
        let mut read = BTreeMap::new();
        for (key, reason) in entries {
            let code = key.get_ref().split(' ').next().unwrap_or_default();
            let reason = reason.get_ref().as_str().map(str::trim).unwrap_or_default();
            if !Code::ALL.iter().any(|known| known.is_lint() && known.id() == code) {
                self.refuse(
                    key.span().start,
                    format!("acknowledged: {code:?} is not the code of a lint, such as SD602"),
                );
            } else if reason.is_empty() {
                self.refuse(key.span().start, format!("acknowledged: write the reason why {code} may stay"));
            } else {
                read.insert(key.get_ref().to_string(), reason.to_owned());
            }
        }
        read
    }

    fn ids(&mut self, key: &str, value: Option<Spanned<DeValue<'_>>>) -> (Vec<MigrationId>, Vec<u32>) {
        let Some(value) = value else { return Default::default() };
        let at = value.span().start;
        let DeValue::Array(items) = value.into_inner() else {
            self.refuse(at, format!("{key} must be a list of migrations: {key} = [\"accounts.0001_initial\"]"));
            return Default::default();
        };
        let mut read = Vec::new();
        for item in items {
            let at = item.span().start;
            match item.get_ref().as_str().map(str::parse::<MigrationId>) {
                Some(Ok(id)) => read.push((id, self.line(at))),
                Some(Err(message)) => self.refuse(at, format!("{key}: {message}")),
                None => self.refuse(at, format!("{key} must hold texts such as \"accounts.0001_initial\"")),
            }
        }
        read.into_iter().unzip()
    }

    /// The list `replaces`: migrations by name, or by name and hash.
    fn replaces(&mut self, value: Option<Spanned<DeValue<'_>>>) -> (Vec<Replaced>, Vec<u32>) {
        let Some(value) = value else { return Default::default() };
        let at = value.span().start;
        let DeValue::Array(items) = value.into_inner() else {
            self.refuse(at, "replaces must be a list of migrations: replaces = [\"accounts.0001_initial\"]");
            return Default::default();
        };
        let mut read = Vec::new();
        for item in items {
            let at = item.span().start;
            match replaced(item.get_ref()) {
                Ok(replaced) if replaced.id.name == FIRST || replaced.id.name == LATEST => {
                    let message =
                        format!("replaces must name migrations by their own names, which {} is not", replaced.id);
                    self.refuse(at, message);
                }
                Ok(replaced) => read.push((replaced, self.line(at))),
                Err(message) => self.refuse(at, format!("replaces: {message}")),
            }
        }
        read.into_iter().unzip()
    }

    fn operations(&mut self, value: Option<Spanned<DeValue<'_>>>, app: &str) -> (Vec<Operation>, Vec<OperationLines>) {
        let Some(value) = value else { return Default::default() };
        let at = value.span().start;
        let DeValue::Array(items) = value.into_inner() else {
            self.refuse(at, "operations must be a list; begin each operation with [[operations]]");
            return Default::default();
        };
        let mut read = Vec::new();
        for item in items {
            let at = item.span().start;
            match item.into_inner() {
                DeValue::Table(table) => read.extend(self.operation(table, at, app)),
                _ => self.refuse(at, "operations must hold tables; begin each operation with [[operations]]"),
            }
        }
        read.into_iter().unzip()
    }

    fn operation(&mut self, mut table: DeTable<'_>, at: usize, app: &str) -> Option<(Operation, OperationLines)> {
        let lines = OperationLines { start: self.line(at), foreign_keys: self.foreign_key_lines(&table) };
        let Some(op) = table.remove("op") else {
            self.refuse(at, "the key \"op\" is missing; write what the operation does, such as op = \"add_column\"");
            return None;
        };
        let op_at = op.span();
        let DeValue::String(op) = op.into_inner() else {
            self.refuse(op_at.start, "op must be a text, such as op = \"add_column\"");
            return None;
        };
        let mut tagged = DeTable::new();
        tagged.insert(Spanned::new(op_at, op), Spanned::new(at..at, DeValue::Table(table)));
        let deserializer = ValueDeserializer::from(Spanned::new(at..at, DeValue::Table(tagged)));
        match Operation::deserialize(deserializer) {
            Ok(mut operation) => self.own(&mut operation, at, app).then_some((operation, lines)),
            Err(error) => {
                self.refuse(error.span().map_or(at, |s| s.start), explain(&error));
                None
            }
        }
    }

    /// Gives a created table the app of its file.
    fn own(&mut self, operation: &mut Operation, at: usize, app: &str) -> bool {
        let Operation::CreateTable(table) = operation else { return true };
        if !table.app.is_empty() && table.app != app {
            let message = format!(
                "table {:?} has app = {:?}; a table belongs to the app of its file, {app:?}: leave the key out",
                table.name, table.app
            );
            self.refuse(at, message);
            return false;
        }
        app.clone_into(&mut table.app);
        true
    }

    fn foreign_key_lines(&self, table: &DeTable<'_>) -> Vec<u32> {
        if let Some(one) = table.get("foreign_key") {
            return vec![self.line(one.span().start)];
        }
        let keys = table.get("foreign_keys").and_then(|v| v.get_ref().as_array());
        let line = |key: &Spanned<DeValue<'_>>| self.line(key.span().start);
        keys.map(|keys: &DeArray<'_>| keys.iter().map(line).collect()).unwrap_or_default()
    }
}
