//! Every model, on both databases: opened, searched, filtered, sorted, created, edited, exported; and
//! a list costs as many statements with thirty rows as with three.

use std::collections::BTreeMap;

use testkit::{TestDatabase, http::Client};

use super::{
    rows::{declarations, in_order, insert, sample},
    send, staff,
};
use crate::served::{Served, migrated, serve, token};

/// Rows before the last, which is added through the administration where that is open.
const FEW: i64 = 3;

struct Visit<'a> {
    site: &'a Served,
    root: &'a Client,
    /// What went wrong, all of it at the end.
    wrong: Vec<String>,
    added: usize,
    edited: usize,
}

impl Visit<'_> {
    fn check(&mut self, what: String, holds: bool) {
        if !holds {
            self.wrong.push(what);
        }
    }

    fn opens(&mut self, path: &str) -> String {
        let answer = self.root.get(path);
        let answer = if answer.status() == 303 { self.root.follow(answer) } else { answer };
        self.check(format!("{path}: {}", answer.status()), answer.status() == 200);
        answer.text()
    }

    /// Every way to look at a list.
    fn look(&mut self, path: &str) {
        let page = self.opens(path);
        for part in page.split("href=\"?").skip(1) {
            let query = part.split('"').next().unwrap_or_default().replace("&amp;", "&").replace("&#38;", "&");
            self.opens(&format!("{path}?{query}"));
        }
        for query in ["q=ann", "q=7", "q=%25_!", "last=1"] {
            self.opens(&format!("{path}?{query}"));
        }
        for part in page.split("name=\"is.").skip(1) {
            let column = part.split('"').next().unwrap_or_default();
            let select = part.split("</select>").next().filter(|select| select.contains("<option")).unwrap_or_default();
            for option in select.split("<option value=\"").skip(1) {
                let value = option.split('"').next().unwrap_or_default();
                self.opens(&format!("{path}?is.{column}={value}"));
            }
        }
        for part in page.split("name=\"from.").skip(1) {
            let column = part.split('"').next().unwrap_or_default();
            self.opens(&format!("{path}?from.{column}=2026-01-01&until.{column}=2026-12-31"));
        }
    }

    fn exports(&mut self, path: &str, rows: usize) {
        let csrf = token(self.root, path);
        for format in ["csv", "json"] {
            let fields = [("csrf", csrf.as_str()), ("format", format), ("query", "")];
            let answer = self.root.post(&format!("{path}/export"), &fields);
            let counted = match format {
                "json" => answer.json().as_array().map_or(0, Vec::len),
                _ => answer.text().matches("\r\n").count().saturating_sub(1),
            };
            self.check(format!("{path} as {format}: {} {counted} of {rows}", answer.status()), counted >= rows);
        }
    }

    /// Adds the row through the form; answers whether that is open.
    fn adds(&mut self, path: &str, row: &BTreeMap<String, String>) -> bool {
        let add = format!("{path}/add");
        if self.root.get(&add).status() == 403 {
            return false;
        }
        let fields: Vec<_> = row.iter().map(|(name, value)| (format!("v.{name}"), value.clone())).collect();
        let answer = send(self.root, &add, &add, &fields);
        let why = errors(&answer.text());
        self.check(format!("{add}: {} {why} {row:?}", answer.status()), answer.status() == 303);
        self.added += 1;
        answer.status() == 303
    }

    /// Opens a row and everything around it, and saves it with one text or number changed.
    fn edits(&mut self, path: &str, key: &str) {
        let row = format!("{path}/{key}");
        let page = self.opens(&row);
        self.opens(&format!("{row}/history"));
        let deleting = self.root.get(&format!("{row}/delete")).status();
        self.check(format!("{row}/delete: {deleting}"), matches!(deleting, 200 | 403));
        if !page.contains("name=\"version\"") {
            return;
        }
        let same = send(self.root, &row, &row, &[]);
        let told = same.header("location").unwrap_or_default().to_owned();
        self.check(format!("{row} unchanged: {} {told}", same.status()), told.ends_with("?done=same"));
        let text = |input: &&str| input.contains("type=\"text\"") || input.starts_with("v.description");
        let column =
            page.split("name=\"").skip(1).find(text).and_then(|input| input.strip_prefix("v.")?.split('"').next());
        if let Some(column) = column {
            let field = [(format!("v.{column}"), "Zz9".to_owned())];
            let answer = send(self.root, &row, &row, &field);
            let why = errors(&answer.text());
            let refused = answer.status() == 422 && why.contains("must hold");
            self.check(format!("{row} {column}: {} {why}", answer.status()), answer.status() == 303 || refused);
            if answer.status() == 303 {
                let history = self.opens(&format!("{row}/history"));
                self.check(format!("{row}: no history"), history.contains("Zz9"));
                self.edited += 1;
            }
        }
    }

    /// How many statements a list costs.
    fn cost(&self, path: &str) -> u64 {
        let before = self.site.db.statements();
        assert_eq!(self.root.get(path).status(), 200, "{path}");
        self.site.db.statements() - before
    }
}

/// What stands beside the fields of a page.
fn errors(page: &str) -> String {
    let beside = page.split("class=\"error\"").skip(1).filter_map(|part| part.split_once('>')?.1.split('<').next());
    let above = page.split("role=\"alert\">").skip(1).filter_map(|part| part.split("</div>").next());
    beside.chain(above).collect::<Vec<_>>().join(" | ")
}

testkit::on_both! {
    from migrated;

    async fn every_model_is_used(database: &TestDatabase) {
        let site = serve(database).await;
        let root = staff(&site, "root", true).await;
        let project = web::project();
        let (schema, declared) = (project.schema().expect("sound entities"), declarations(&project));
        let mut visit = Visit { site: &site, root: &root, wrong: Vec::new(), added: 0, edited: 0 };
        let tables = in_order(&schema);
        let path = |table: &seadrift::schema::Table| format!("/admin/{}/{}", table.app, table.model.to_lowercase());
        let mut costs = BTreeMap::new();
        for table in &tables {
            let declaration = declared[table.name.as_str()];
            // The one who looks is the first user, with the first profile.
            let there = matches!(table.name.as_str(), "accounts_user" | "user_profile_userprofile");
            for number in 1 + i64::from(there)..=FEW {
                if let Err(error) = insert(&site.db, table, &sample(table, declaration, number)).await {
                    visit.check(format!("{} {number}: {error}", table.name), false);
                }
            }
            costs.insert(table.name.clone(), visit.cost(&path(table)));
            let last = sample(table, declaration, FEW + 1);
            if !visit.adds(&path(table), &last)
                && let Err(error) = insert(&site.db, table, &last).await
            {
                visit.check(format!("{}: {error}", table.name), false);
            }
        }
        for table in &tables {
            visit.look(&path(table));
            visit.exports(&path(table), 3);
            visit.edits(&path(table), "2");
        }
        for table in &tables {
            for number in FEW + 2..=30 {
                let row = sample(table, declared[table.name.as_str()], number);
                if let Err(error) = insert(&site.db, table, &row).await {
                    visit.check(format!("{} {number}: {error}", table.name), false);
                }
            }
        }
        for table in &tables {
            let (few, many) = (costs[&table.name], visit.cost(&path(table)));
            visit.check(format!("{}: {few} statements for 3 rows, {many} for 30", table.name), many <= few + 1 && many < 25);
        }
        let (added, edited) = (visit.added, visit.edited);
        assert!(visit.wrong.is_empty(), "{} wrong:\n{}", visit.wrong.len(), visit.wrong.join("\n"));
        assert!(added > 40 && edited > 30, "{added} added, {edited} edited");
    }
}
