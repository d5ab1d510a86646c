//! Asking a person about renames and fills; without a terminal, saying how to answer.

use std::io::{BufRead, IsTerminal, Write};

use super::Failure;
use crate::diff::{Answers, Question};

/// Whether there is a person to ask.
pub(super) fn can_ask() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// Asks the question until it is answered, and adds the answer.
pub(super) fn ask(question: &Question, answers: &mut Answers) -> Result<(), Failure> {
    let mut input = std::io::stdin().lock();
    loop {
        eprint!("{} {} ", question.prompt(), question.choices());
        std::io::stderr().flush().map_err(Failure::refused)?;
        let mut line = String::new();
        if input.read_line(&mut line).map_err(Failure::refused)? == 0 {
            return Err(Failure::refused("the question was not answered"));
        }
        match answers.answer(question, line.trim()) {
            Ok(()) => return Ok(()),
            Err(why) => eprintln!("{why}"),
        }
    }
}

/// What to do about questions that nobody is there to answer.
pub(super) fn unanswered(questions: &[Question]) -> Failure {
    let mut text = String::from(
        "these changes can be meant in more than one way, and there is no terminal to ask at.\n\
         Put the answers into a file and pass it with --answers FILE:\n",
    );
    for question in questions {
        text.push_str(&format!("\n# {}\n{}\n", question.prompt(), question.answer_lines()));
    }
    Failure::refused(text)
}
