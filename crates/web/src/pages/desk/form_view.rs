//! How the form of the settings looks: its sections and fields, with what each of them means.

use std::collections::BTreeSet;

use ::tournaments::{
    Game,
    error::settings::Field,
    rules::settings::{Entrants, Format, Method},
};
use kernel::plugin::GamePlugin;

use super::{Choice, Errors, Typed, form};

/// How a field is filled in.
pub(super) enum Kind {
    /// One line.
    Line(&'static str),
    /// Several lines: how many are shown.
    Area(u8),
    Select(Vec<Choice>),
    Tick(bool),
    /// Several boxes: name, label, whether it is ticked.
    Boxes(Vec<(String, String, bool)>),
    /// A box and an account for each way to pay.
    Ways(Vec<Way>),
}

pub(super) struct Way {
    pub(super) name: String,
    pub(super) label: &'static str,
    pub(super) on: bool,
    /// The field of the account and what is in it; nothing for coins.
    pub(super) account: Option<(String, String)>,
}

pub(super) struct FieldView {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) help: &'static str,
    pub(super) kind: Kind,
    pub(super) value: String,
    pub(super) error: Option<String>,
    /// Whether it cannot be changed any more.
    pub(super) fixed: bool,
    /// Attributes of the input; constants of this file.
    pub(super) extra: &'static str,
    /// The class of what shows only with some other choice.
    pub(super) only: &'static str,
}

pub(super) struct Section {
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    pub(super) about: &'static str,
    pub(super) fields: Vec<FieldView>,
}

/// Numbers of places that go well with elimination.
pub(super) const PLACES: [u16; 7] = [4, 8, 16, 32, 64, 128, 256];

/// What the form is made of.
pub(super) struct Source<'a> {
    pub(super) typed: &'a Typed,
    pub(super) errors: &'a Errors,
    pub(super) games: &'a [Game],
    pub(super) plugin: Option<&'a dyn GamePlugin>,
    /// Fields that cannot be changed any more.
    pub(super) fixed: &'a BTreeSet<Field>,
    pub(super) staff: bool,
}

impl Source<'_> {
    fn field(
        &self,
        field: Field,
        label: &'static str,
        kind: Kind,
        extra: &'static str,
        help: &'static str,
    ) -> FieldView {
        FieldView {
            name: field.name(),
            label,
            help,
            kind,
            value: self.typed.get(field.name()).to_owned(),
            error: self.errors.at(field.name()).map(str::to_owned),
            fixed: self.fixed.contains(&field),
            extra,
            only: "",
        }
    }

    fn line(&self, field: Field, label: &'static str, extra: &'static str, help: &'static str) -> FieldView {
        self.field(field, label, Kind::Line("text"), extra, help)
    }

    fn number(&self, field: Field, label: &'static str, extra: &'static str, help: &'static str) -> FieldView {
        self.field(field, label, Kind::Line("number"), extra, help)
    }

    fn link(&self, field: Field, label: &'static str, help: &'static str) -> FieldView {
        self.field(field, label, Kind::Line("url"), "placeholder=\"https://\" maxlength=\"200\"", help)
    }

    fn moment(&self, field: Field, label: &'static str, help: &'static str) -> FieldView {
        self.field(field, label, Kind::Line("datetime-local"), "", help)
    }

    fn area(&self, field: Field, label: &'static str, rows: u8, extra: &'static str, help: &'static str) -> FieldView {
        self.field(field, label, Kind::Area(rows), extra, help)
    }

    fn tick(&self, field: Field, label: &'static str, help: &'static str) -> FieldView {
        self.field(field, label, Kind::Tick(self.typed.on(field.name())), "", help)
    }

    fn select(
        &self,
        field: Field,
        label: &'static str,
        choices: impl Iterator<Item = (String, String)>,
        help: &'static str,
    ) -> FieldView {
        let chosen = self.typed.get(field.name());
        let choices = choices.map(|(value, label)| Choice::new(value, label, chosen)).collect();
        self.field(field, label, Kind::Select(choices), "", help)
    }

    fn best_of(&self, field: Field, label: &'static str, help: &'static str) -> FieldView {
        let games = [1, 3, 5, 7, 9].map(|games| (games.to_string(), format!("Best of {games}")));
        self.select(field, label, games.into_iter(), help)
    }

    pub(super) fn sections(&self) -> Vec<Section> {
        let mut sections = vec![
            self.what(),
            self.when(),
            self.who(),
            self.format(),
            self.fee(),
            self.prizes(),
            self.check_in(),
            self.play(),
            self.rules(),
            self.presentation(),
        ];
        for section in &mut sections {
            section.fields.retain(|field| !matches!(&field.kind, Kind::Boxes(boxes) if boxes.is_empty()));
        }
        sections
    }

    fn what(&self) -> Section {
        let games = self.games.iter().map(|game| (game.id.to_string(), game.name.clone()));
        let mut fields = vec![
            self.line(Field::Name, "Name", "maxlength=\"200\" required", "As players and watchers see it."),
            self.select(Field::Game, "Game", games, "It decides what an entry has to tell."),
            self.area(Field::Description, "Description", 5, "maxlength=\"20000\"", "What it is, and for whom."),
        ];
        if self.staff {
            fields.push(self.tick(
                Field::IsOfficial,
                "Official",
                "The platform itself holds it, and its treasury funds the prizes.",
            ));
        }
        Section { id: "what", title: "What", about: "", fields }
    }

    fn when(&self) -> Section {
        Section {
            id: "when",
            title: "When",
            about: "All times are UTC. Each of these happens by itself when its time has come; most can be done earlier by hand.",
            fields: vec![
                self.moment(Field::RegistrationStart, "Registration opens (UTC)", ""),
                self.moment(Field::RegistrationEnd, "Registration closes (UTC)", ""),
                self.moment(Field::TournamentStart, "Play begins (UTC)", "After registration has closed."),
                self.moment(Field::TournamentEnd, "Play ends (UTC)", "For the announcement only; may stay empty."),
            ],
        }
    }

    fn who(&self) -> Section {
        let entrants = Entrants::ALL.iter().map(|one| (one.as_str().to_owned(), one.label().to_owned()));
        let mut regions = self.field(
            Field::AllowedRegions,
            "Regions",
            Kind::Boxes(self.regions()),
            "",
            "Teams from these regions may enter; without any, all may.",
        );
        regions.only = "only-team";
        let points = |mut field: FieldView| {
            field.only = "only-team";
            field
        };
        Section {
            id: "who",
            title: "Who may enter",
            about: "",
            fields: vec![
                self.select(Field::ParticipationType, "Entries", entrants, "Whether teams enter, or single players."),
                self.number(
                    Field::MaxParticipants,
                    "Places",
                    "min=\"2\" max=\"4096\" list=\"places\" required",
                    "Powers of two need no byes. With more than 64 the platform looks at it before all see it.",
                ),
                self.number(
                    Field::MinParticipants,
                    "Least entries",
                    "min=\"2\" max=\"4096\" required",
                    "With fewer it does not start by itself.",
                ),
                self.tick(Field::WaitlistEnabled, "Waiting list", "Who comes when all places are taken waits for one."),
                regions,
                points(self.number(Field::MinRankingPoints, "Least ranking points", "min=\"0\"", "May stay empty.")),
                points(self.number(Field::MaxRankingPoints, "Most ranking points", "min=\"0\"", "May stay empty.")),
            ],
        }
    }

    fn regions(&self) -> Vec<(String, String, bool)> {
        let known = self.plugin.map(GamePlugin::regions).unwrap_or_default();
        let mut boxes: Vec<(String, String, bool)> = known
            .iter()
            .map(|region| {
                let name = form::region(region.code);
                let on = self.typed.on(&name);
                (name, region.name.to_owned(), on)
            })
            .collect();
        // What was chosen for another game can be taken away again.
        for (name, _) in self.typed.iter().filter(|(name, _)| name.starts_with("region_")) {
            if !boxes.iter().any(|(known, ..)| known == name) {
                boxes.push((name.to_owned(), name.trim_start_matches("region_").to_owned(), true));
            }
        }
        boxes
    }

    fn format(&self) -> Section {
        let formats = Format::ALL.iter().map(|one| (one.as_str().to_owned(), one.label().to_owned()));
        let only = |class: &'static str, mut field: FieldView| {
            field.only = class;
            field
        };
        Section {
            id: "format",
            title: "Format",
            about: "",
            fields: vec![
                self.select(Field::Format, "Format", formats, "How the winner is found."),
                self.best_of(Field::BestOf, "Length of a match", "Games of a match at the most."),
                self.best_of(Field::BestOfFinal, "Length of the final", "Games of the final at the most."),
                only(
                    "only-single",
                    self.tick(
                        Field::ThirdPlaceMatch,
                        "Match for the third place",
                        "Single elimination: who lost in the semi-finals meets.",
                    ),
                ),
                only(
                    "only-double",
                    self.tick(
                        Field::GrandFinalReset,
                        "Bracket reset",
                        "Double elimination: a grand final won from the losers bracket is played once more.",
                    ),
                ),
                only(
                    "only-swiss",
                    self.number(
                        Field::SwissRounds,
                        "Swiss rounds",
                        "min=\"1\" max=\"32\"",
                        "Swiss: empty for as many as find a winner.",
                    ),
                ),
                only(
                    "only-groups",
                    self.number(
                        Field::GroupCount,
                        "Groups",
                        "min=\"1\" max=\"64\"",
                        "Groups, then playoffs: empty for groups of about four.",
                    ),
                ),
                only(
                    "only-groups",
                    self.number(
                        Field::GroupQualifiers,
                        "Go on from each group",
                        "min=\"1\" max=\"64\"",
                        "Groups, then playoffs: how many of each group reach the playoffs.",
                    ),
                ),
                self.tick(
                    Field::EnableDynamicSeeding,
                    "Seed by ranking",
                    "Seeds come from the team ranking unless you give them by hand.",
                ),
            ],
        }
    }

    fn fee(&self) -> Section {
        let only = |class: &'static str, mut field: FieldView| {
            field.only = class;
            field
        };
        let ways = Method::ALL.iter().map(|method| Way {
            name: form::pays(*method),
            label: method.label(),
            on: self.typed.on(&form::pays(*method)),
            account: method.is_money().then(|| {
                let name = form::account_of(*method);
                let value = self.typed.get(&name).to_owned();
                (name, value)
            }),
        });
        let mut ways = self.field(
            Field::PaymentMethods,
            "Ways to pay",
            Kind::Ways(ways.collect()),
            "",
            "Entrants send money to the account beside the way, and somebody of yours looks for it.",
        );
        ways.error = ways.error.or_else(|| self.errors.at(Field::PaymentAccounts.name()).map(str::to_owned));
        Section {
            id: "fee",
            title: "Entry fee",
            about: "",
            fields: vec![
                self.tick(Field::HasEntryFee, "Entering costs something", ""),
                only(
                    "only-fee",
                    self.line(
                        Field::EntryFeeAmount,
                        "Fee in money",
                        "inputmode=\"decimal\"",
                        "Such as 1,500.00; 0 when it can be paid with coins only.",
                    ),
                ),
                only(
                    "only-fee",
                    self.line(
                        Field::EntryFeeCurrency,
                        "Currency",
                        "maxlength=\"3\" autocapitalize=\"characters\"",
                        "Three letters, such as BDT.",
                    ),
                ),
                only(
                    "only-fee",
                    self.line(
                        Field::EntryFeeDeltacoin,
                        "Fee in coins",
                        "inputmode=\"numeric\"",
                        "DeltaCoins, when it is paid with them.",
                    ),
                ),
                only("only-fee", ways),
                only(
                    "only-fee",
                    self.number(
                        Field::PaymentDeadlineHours,
                        "Hours to pay",
                        "min=\"1\" max=\"720\"",
                        "How long an unpaid entry holds its place.",
                    ),
                ),
                only("only-fee only-team", self.tick(Field::EnableFeeWaiver, "The best teams enter free", "")),
                only(
                    "only-fee only-team",
                    self.number(
                        Field::FeeWaiverTopNTeams,
                        "How many of them",
                        "min=\"0\" max=\"4096\"",
                        "By the ranking of the game.",
                    ),
                ),
            ],
        }
    }

    fn prizes(&self) -> Section {
        Section {
            id: "prizes",
            title: "Prizes",
            about: "Prize coins leave your wallet when the tournament is published and are paid to the winners by themselves. Prize money you hand over yourself.",
            fields: vec![
                self.line(Field::PrizePool, "Prize money", "inputmode=\"decimal\"", "Such as 10,000.00."),
                self.line(Field::PrizeCurrency, "Currency", "maxlength=\"3\" autocapitalize=\"characters\"", "Three letters, such as BDT."),
                self.line(Field::PrizeDeltacoin, "Prize coins", "inputmode=\"numeric\"", "DeltaCoins."),
                self.area(Field::PrizeDistribution, "Distribution", 4, "placeholder=\"1: 50%&#10;2: 30%&#10;3: 20%\" spellcheck=\"false\"", "A place a line: 1: 50%. Also 3-4: 5% for places that get the same, and amounts: 1: 300 coins + 1,500.00. Empty: the winner takes all."),
            ],
        }
    }

    fn check_in(&self) -> Section {
        let mut minutes = self.number(
            Field::CheckInMinutesBefore,
            "Minutes of check-in",
            "min=\"1\" max=\"1440\"",
            "Before play begins, and before each match.",
        );
        minutes.only = "only-check-in";
        Section {
            id: "check-in",
            title: "Check-in",
            about: "",
            fields: vec![
                self.tick(
                    Field::EnableCheckIn,
                    "Entrants check in",
                    "Who does not say that they are there loses the place to who waits for it.",
                ),
                minutes,
            ],
        }
    }

    fn play(&self) -> Section {
        Section {
            id: "play",
            title: "Play",
            about: "",
            fields: vec![
                self.number(
                    Field::RoundMinutes,
                    "Minutes of a round",
                    "min=\"5\" max=\"10080\"",
                    "From one round's start to the next one's.",
                ),
                self.number(
                    Field::ResultConfirmMinutes,
                    "Minutes to answer a result",
                    "min=\"1\" max=\"1440\"",
                    "A result that one side reported stands after that.",
                ),
                self.number(
                    Field::DisputeWindowMinutes,
                    "Minutes to dispute a result",
                    "min=\"0\" max=\"10080\"",
                    "Prizes are held until then.",
                ),
            ],
        }
    }

    fn rules(&self) -> Section {
        Section {
            id: "rules",
            title: "Rules",
            about: "",
            fields: vec![self.area(
                Field::RulesText,
                "Rules",
                8,
                "maxlength=\"20000\"",
                "Written out. A PDF can be added on the page of the pictures.",
            )],
        }
    }

    fn presentation(&self) -> Section {
        Section {
            id: "presentation",
            title: "Presentation",
            about: "",
            fields: vec![
                self.link(Field::StreamYoutubeUrl, "Stream on YouTube", ""),
                self.link(Field::StreamTwitchUrl, "Stream on Twitch", ""),
                self.link(Field::PromoVideoUrl, "Film about it", ""),
                self.area(
                    Field::MetaDescription,
                    "For search engines",
                    2,
                    "maxlength=\"320\"",
                    "One or two sentences.",
                ),
                self.line(Field::MetaKeywords, "Search words", "", "With commas between them."),
                self.tick(Field::EnableLiveUpdates, "Live pages", "Watchers see changes at once."),
                self.tick(Field::EnableCertificates, "Certificates", "Entrants get one afterwards."),
                self.tick(Field::EnableChallenges, "Challenges", ""),
                self.tick(Field::EnableFanVoting, "Fans vote", ""),
            ],
        }
    }
}
