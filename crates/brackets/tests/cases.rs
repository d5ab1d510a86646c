//! Case files that read like a tournament: one story a file in `cases/`.
//!
//! `teams` in seed order; `format`; then results (`W1.1 Alpha 2-0 Delta`), acts (`withdraw Alpha`,
//! `no-show W1.1 Alpha`, `both-out W1.1`, `correct W1.1 Delta 2-1 Alpha`, `pair 7`, `undo`) and what must
//! then hold (`expect W2.1 Alpha Bravo ready`, `champion Alpha`, `places 1 Alpha, 2 Bravo, 3-4 Charlie Delta`).

mod common;

use brackets::*;
use common::*;

struct Story {
    teams: Vec<String>,
    stage: Option<Stage>,
}

impl Story {
    fn id(&self, name: &str) -> EntrantId {
        let at = self.teams.iter().position(|team| team == name).unwrap_or_else(|| panic!("unknown team {name}"));
        EntrantId(at as u32 + 1)
    }

    fn stage(&mut self) -> &mut Stage {
        self.stage.as_mut().expect("a format line comes first")
    }

    fn act(&mut self, command: Command) {
        self.stage().apply_mut(command.clone()).unwrap_or_else(|refusal| panic!("{command:?}: {refusal}"));
    }

    fn begin(&mut self, words: &[&str]) {
        let lengths = Lengths::best_of(words.iter().find_map(|w| w.strip_prefix("bo")?.parse().ok()).unwrap_or(1));
        let has = |word: &str| words.contains(&word);
        let elimination = |kind| Format::Elimination { kind, lengths: lengths.clone(), places: None };
        let format = match words[0] {
            "single" => {
                elimination(Elimination::Single { third_place: has("third-place"), consolation: has("consolation") })
            }
            "double" if has("no-reset") => elimination(Elimination::Double { grand_final: Final::Single }),
            "double" => elimination(Elimination::Double { grand_final: Final::Reset }),
            "round-robin" => {
                let withdrawals = if has("annul") { Withdrawals::AnnulUnderHalf } else { Withdrawals::Forfeit };
                Format::RoundRobin(RoundRobin { lengths, draws: has("draws"), withdrawals, ..RoundRobin::default() })
            }
            "swiss" => Format::Swiss(Swiss { lengths, ..Swiss::rounds(words[1].parse().expect("rounds")) }),
            "major" => Format::Swiss(Swiss::major()),
            other => panic!("unknown format {other}"),
        };
        self.stage = Some(stage(self.teams.len() as u32, format));
    }

    /// `Alpha 2-0 Delta` as games of the match's pair.
    fn games(&mut self, at: MatchId, words: &[&str]) -> ([EntrantId; 2], Vec<Game>) {
        let named = [self.id(words[0]), self.id(words[2])];
        let (x, y) = words[1].split_once('-').expect("a score");
        let score: [usize; 2] = [x, y].map(|part| part.parse().expect("a number"));
        let between = self.stage().fixture(at).and_then(|f| f.pair()).unwrap_or_else(|| panic!("{at} has no pair"));
        let side = |who| if between[0] == who { Side::A } else { Side::B };
        assert!(between.contains(&named[0]) && between.contains(&named[1]), "{at} is between {between:?}");
        // The loser's games come first, so that the series ends with its last game.
        let (winner, loser) = if score[0] >= score[1] { (0, 1) } else { (1, 0) };
        let mut games = vec![Game::won_by(side(named[loser])); score[loser]];
        games.extend(vec![Game::won_by(side(named[winner])); score[winner]]);
        (between, games)
    }

    fn expect(&mut self, words: &[&str]) {
        let fixture = self.stage().fixture(id(words[0])).unwrap_or_else(|| panic!("no match {}", words[0]));
        let shown: Vec<String> = fixture
            .slots
            .iter()
            .map(|slot| match slot {
                Slot::Entrant(who) => self.teams[who.0 as usize - 1].clone(),
                Slot::Bye => "bye".to_owned(),
                Slot::Tbd => "?".to_owned(),
                Slot::Vacant => "vacant".to_owned(),
            })
            .collect();
        assert_eq!(shown, words[1..3], "{}", words[0]);
        if let Some(status) = words.get(3) {
            assert_eq!(format!("{:?}", fixture.status).to_lowercase(), *status, "{}", words[0]);
        }
    }

    fn places(&mut self, text: &str) {
        let rows = self.stage().standings().rows;
        let mut shown = vec![];
        for tied in rows.chunk_by(|x, y| x.rank == y.rank) {
            let place = if tied[0].is_shared() {
                format!("{}-{}", tied[0].rank, tied[0].through)
            } else {
                tied[0].rank.to_string()
            };
            let names: Vec<&str> = tied.iter().map(|row| self.teams[row.entrant.0 as usize - 1].as_str()).collect();
            shown.push(format!("{place} {}", names.join(" ")));
        }
        assert_eq!(shown.join(", "), text);
    }

    fn line(&mut self, line: &str) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let pair = |story: &mut Self, at| story.stage().fixture(at).and_then(|f| f.pair()).expect("a pair");
        match words[0] {
            "teams" => self.teams = words[1..].iter().map(|word| (*word).to_owned()).collect(),
            "format" => self.begin(&words[1..]),
            "withdraw" => self.act(Command::Withdraw { who: self.id(words[1]) }),
            "reinstate" => self.act(Command::Reinstate { who: self.id(words[1]) }),
            "undo" => self.act(Command::Undo),
            "redo" => self.act(Command::Redo),
            "pair" => self.act(Command::Pair { seed: words[1].parse().expect("a seed"), rematches: false }),
            "no-show" => {
                let (at, by) = (id(words[1]), self.id(words[2]));
                let between = pair(self, at);
                self.act(Command::NoShow { at, between, by });
            }
            "both-out" => {
                let at = id(words[1]);
                let between = pair(self, at);
                self.act(Command::DoubleForfeit { at, between, no_show: true });
            }
            "correct" => {
                let at = id(words[1]);
                let (between, games) = self.games(at, &words[2..]);
                self.act(Command::Correct { at, between, outcome: Outcome::Played(games), later: Later::Keep });
            }
            "expect" => self.expect(&words[1..]),
            "places" => self.places(&words[1..].join(" ")),
            "champion" => {
                let expected = (words[1] != "none").then(|| self.id(words[1]));
                assert_eq!(self.stage().champion(), expected);
            }
            name => {
                let at = id(name);
                let (between, games) = self.games(at, &words[1..]);
                self.act(Command::Report { at, between, games });
            }
        }
    }
}

#[test]
fn every_story_comes_out_as_told() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).expect("the cases").map(|entry| entry.expect("a file").path()).collect();
    files.sort();
    assert!(files.len() >= 8, "the stories are there");
    for file in files {
        let text = std::fs::read_to_string(&file).expect("readable");
        let mut story = Story { teams: vec![], stage: None };
        for (number, line) in text.lines().enumerate() {
            let line = line.split('#').next().unwrap_or_default().trim();
            if !line.is_empty() {
                println!("{}:{}: {line}", file.display(), number + 1);
                story.line(line);
            }
        }
    }
}
