//! The answers file to fill in: every open question with what can be answered, every row that does not
//! fit with the line that says what becomes of it. Everything that could lose something is commented out.

use super::{Bridge, plan::Open};
use crate::report::Severity;

/// The text to add to the answers that are there.
pub fn draft(bridge: &Bridge, functions: &[String]) -> String {
    let mut text = String::new();
    if let Some(maker) = &bridge.maker {
        text.push_str(&format!("# Answers for adopting a database that {:?} made.\n", maker.tool));
    }
    text.push_str("# Take away the # before the answers that are right, and run adopt again with this file.\n");
    for question in &bridge.questions {
        text.push('\n');
        text.push_str(&lines(question, functions));
    }
    for misfit in bridge.misfits.iter().filter(|finding| finding.severity == Severity::Error) {
        let found = misfit.found.replace('\n', "\n#   ");
        text.push_str(&format!(
            "\n# {} {}: {}\n#   {found}\n# {}\n",
            misfit.code,
            misfit.code.title(),
            misfit.object,
            misfit.mend
        ));
    }
    text
}

/// A question as it stands in the file.
fn lines(question: &Open, functions: &[String]) -> String {
    match question {
        Open::Stray { table, column, ty, perhaps } => {
            let mut text = format!(
                "# Column {column} ({ty}) of {table} is not ours.\naside.\"{table}.{column}\" = true   # its values are kept in a table of their own\n\
                 # drop.\"{table}.{column}\" = \"why nobody needs them\"\n"
            );
            for to in perhaps {
                text.push_str(&format!("# rename.\"{table}.{column} -> {to}\" = true\n"));
            }
            text
        }
        Open::Fill { question } => {
            let lines = question.answer_lines();
            let commented = lines
                .lines()
                .map(|line| if line.starts_with('#') { format!("{line}\n") } else { format!("# {line}\n") });
            let mut text = format!("# {}\n{}", question.prompt(), commented.collect::<String>());
            if let crate::diff::Question::Fill { table, column, .. } = question {
                text.push_str(&format!(
                    "# convert.\"{table}.{column}\" = {{ sql = \"an expression over the old row\" }}\n"
                ));
                for function in functions {
                    text.push_str(&format!(
                        "# convert.\"{table}.{column}\" = {{ function = \"{function}\", of = [\"…\"] }}\n"
                    ));
                }
            }
            text
        }
        Open::Whole { table, column, ty } => format!(
            "# Column {column} ({ty}) of {table} is a whole number of ours: of the smallest unit, or rounded.\n\
             # convert.\"{table}.{column}\" = {{ minor = 2, of = \"{column}\" }}   # 12.50 becomes 1250\n\
             # convert.\"{table}.{column}\" = {{ sql = \"round({column})\" }}\n"
        ),
        Open::DataStep { migration, does } => format!(
            "# {migration} also changes rows: {}.\n# data_step.\"{migration}\" = \"run\"    # at the end of the adoption\n\
             # data_step.\"{migration}\" = \"skip\"   # what it would do is there already\n",
            does.join("; ")
        ),
    }
}
