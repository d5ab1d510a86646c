//! Brackets, tables and pictures as text: well-formed, complete, labelled, small; in every format.

mod markup;
mod play;

use std::{collections::HashMap, time::Instant};

use brackets::{
    Command, Elimination, EntrantId, Event, Final, Format, FreeForAll, Game, Lengths, MatchId, Plan, RoundRobin, Setup,
    Side, Stage, Swiss, TieBreak, entrants,
};
use chrono::{DateTime, Utc};
use web::bracket::{Drawing, EntrantView, MatchView, StageView, tie_break_words};

use markup::{Page, well_formed};
use play::{play, report};

fn elimination(kind: Elimination) -> Format {
    Format::Elimination { kind, lengths: Lengths::best_of(3), places: None }
}

/// Every format, by name.
fn formats() -> Vec<(&'static str, Format)> {
    let single = |third_place, consolation| elimination(Elimination::Single { third_place, consolation });
    let double = |grand_final| elimination(Elimination::Double { grand_final });
    let groups = |groups, legs| Format::RoundRobin(RoundRobin { groups, legs, ..RoundRobin::default() });
    let heats = |rounds, lobbies| Format::FreeForAll(FreeForAll { rounds, lobbies, ..FreeForAll::default() });
    vec![
        ("single", single(false, false)),
        ("single with third place", single(true, false)),
        ("single with consolation", single(true, true)),
        ("double with reset", double(Final::Reset)),
        ("double", double(Final::Single)),
        ("double without a final", double(Final::None)),
        ("round robin", groups(1, 1)),
        ("groups", groups(2, 2)),
        ("Swiss", Format::Swiss(Swiss::rounds(4))),
        ("major", Format::Swiss(Swiss::major())),
        ("heats", heats(2, 1)),
        ("lobbies", heats(3, 2)),
    ]
}

fn named(who: EntrantId) -> EntrantView {
    EntrantView { name: format!("Team {}", who.0), link: Some(format!("/teams/{}", who.0)), own: who.0 == 2 }
}

fn linked(id: MatchId) -> MatchView {
    MatchView { link: Some(format!("/matches/{id}")), ..MatchView::default() }
}

fn view(stage: &Stage) -> StageView {
    StageView::of(stage, "", named, linked)
}

fn stage(count: u32, format: Format) -> Option<Stage> {
    Stage::new(Setup { entrants: entrants(count), format }).ok()
}

/// Every match stands there once as an article with a sentence, and nothing twice.
fn check(stage: &Stage, shown: &str) {
    let html = Drawing::of_stage(view(stage)).html();
    let page = Page::read(&html, shown);
    let mut expected: HashMap<String, usize> = stage.match_ids().map(|id| (id.to_string(), 0)).collect();
    for article in &page.articles {
        let count = expected.get_mut(&article.id).unwrap_or_else(|| panic!("{shown}: {} is no match", article.id));
        *count += 1;
        let title = article.label.split_once(": ").unwrap_or_else(|| panic!("{shown}: {}", article.label)).0;
        assert!(title.len() > 3, "{shown}: {}", article.label);
    }
    let wrong: Vec<_> = expected.iter().filter(|(_, count)| **count != 1).collect();
    assert!(wrong.is_empty(), "{shown}: not once: {wrong:?}");
    assert!(!page.has_style_or_script, "{shown}: a style attribute or a script");
    well_formed(&Drawing::of_stage(view(stage)).standings_html(), shown);
    let svg = Drawing::of_stage(view(stage)).svg("Cup & <Crown>");
    well_formed(&svg, shown);
    assert_eq!(svg.matches("<g><title>").count(), expected.len(), "{shown}: each match once in the picture");
}

#[test]
fn every_format_of_2_to_64_entrants_shows_every_match_once() {
    let mut drawn = 0;
    for (name, format) in formats() {
        for count in 2..=64 {
            // Round robins grow with the square: of the larger ones, some will do.
            if matches!(format, Format::RoundRobin(_)) && count > 20 && count % 11 != 0 {
                continue;
            }
            let Some(mut stage) = stage(count, format.clone()) else { continue };
            check(&stage, &format!("{name} of {count}, new"));
            play(&mut stage, usize::from(u16::try_from(count).unwrap()) / 2, u64::from(count));
            check(&stage, &format!("{name} of {count}, half played"));
            play(&mut stage, usize::MAX, u64::from(count));
            check(&stage, &format!("{name} of {count}, played"));
            drawn += 1;
        }
    }
    assert!(drawn > 500, "only {drawn} stages could be made");
}

/// Sentences of a double elimination of four, while it goes on.
#[test]
fn matches_are_told_in_words() {
    let mut cup = stage(4, elimination(Elimination::Double { grand_final: Final::Reset })).unwrap();
    report(&mut cup, "W1.1", Side::A, [2, 1]);
    let pair = cup.fixture("W1.2".parse().unwrap()).and_then(|f| f.pair()).unwrap();
    cup.apply_mut(Command::Forfeit { at: "W1.2".parse().unwrap(), between: pair, by: pair[0] }).unwrap();
    let final_pair = cup.fixture("W2.1".parse().unwrap()).and_then(|f| f.pair()).unwrap();
    cup.apply_mut(Command::Game {
        at: "W2.1".parse().unwrap(),
        between: final_pair,
        number: 1,
        game: Game::won_by(Side::B),
    })
    .unwrap();
    let page = Page::read(&view(&cup).html(), "words");
    let told: HashMap<&str, &str> = page.articles.iter().map(|a| (a.id.as_str(), a.label.as_str())).collect();
    for (id, words) in [
        ("W1.1", "Winners round 1, match 1: Team 1 2, Team 4 1, Team 1 advances"),
        ("W1.2", "Winners round 1, match 2: Team 2 forfeits, Team 3 W, Team 3 advances by walkover"),
        ("W2.1", "Winners final: Team 1 0, Team 3 1, being played"),
        ("L1.1", "Losers round 1, match 1: Team 4, Team 2, ready to play"),
        ("GF", "Grand final: Winner of winners final, Winner of losers final"),
    ] {
        assert_eq!(told[id], words);
    }
    assert!(told["GF2"].ends_with("played only if needed"), "{}", told["GF2"]);
}

#[test]
fn open_places_say_where_they_are_filled_from() {
    let cup = stage(8, Format::double_elimination()).unwrap();
    let html = view(&cup).html();
    for hint in ["Winner of W1.1", "Loser of W1.2", "Loser of W2.1", "Winner of L1.1", "Winner of L4.1"] {
        assert!(html.contains(&format!("<p class=o>{hint}</p>")), "{hint}\n{html}");
    }
    assert!(html.contains("<em>If needed</em>"), "{html}");
}

#[test]
fn winners_and_walkovers_are_told_without_colour() {
    let mut cup = stage(2, elimination(Elimination::Single { third_place: false, consolation: false })).unwrap();
    report(&mut cup, "W1.1", Side::B, [1, 2]);
    let html = view(&cup).html();
    assert!(html.contains("<p class=\"e2 w me\"><i>2</i>Team 2<b>2</b></p>"), "{html}");
    assert!(html.contains("<p class=e1><i>1</i>Team 1<b>1</b></p>"), "{html}");
}

#[test]
fn a_link_has_the_sentence_as_its_name() {
    let cup = stage(4, Format::single_elimination()).unwrap();
    let page = Page::read(&view(&cup).html(), "links");
    assert_eq!(page.links.len(), 3);
    for link in &page.links {
        assert!(link.href.starts_with("/matches/W"), "{link:?}");
        assert_eq!(Some(link.href.trim_start_matches("/matches/")), link.labelled_by.as_deref(), "{link:?}");
    }
    // A bye is nobody's match.
    let cup = stage(3, Format::single_elimination()).unwrap();
    assert_eq!(Page::read(&view(&cup).html(), "bye").links.len(), 2);
}

#[test]
fn names_never_become_markup() {
    let evil = "</a><script>alert(1)</script>\"'&";
    let mut cup = stage(4, Format::single_elimination()).unwrap();
    report(&mut cup, "W1.1", Side::A, [1, 0]);
    let entrant = |_| EntrantView { name: evil.to_owned(), link: Some("/teams/1?a=\"b".to_owned()), own: false };
    let at = |_| MatchView { link: Some("/m?\" onclick=\"x".to_owned()), at: None, note: evil.to_owned() };
    for stage in [
        cup,
        stage(4, Format::RoundRobin(RoundRobin::default())).unwrap(),
        stage(4, Format::FreeForAll(FreeForAll::default())).unwrap(),
    ] {
        let drawing = Drawing::of_stage(StageView::of(&stage, evil, entrant, at));
        for text in [drawing.html(), drawing.standings_html(), drawing.svg(evil)] {
            assert!(!text.contains("<script") && !text.contains("\" onclick"), "{text}");
            well_formed(&text, "evil names");
        }
    }
}

#[test]
fn the_largest_double_elimination_is_small_and_quick() {
    let mut cup = stage(1024, elimination(Elimination::Double { grand_final: Final::Reset })).unwrap();
    let long =
        |id: MatchId| MatchView { link: Some(format!("/matches/{}", 100_000 + id.number())), ..MatchView::default() };
    let drawn = |cup: &Stage| StageView::of(cup, "", named, long).html();
    let new = drawn(&cup);
    play(&mut cup, usize::MAX, 7);
    let begun = Instant::now();
    let played = drawn(&cup);
    let took = begun.elapsed();
    assert_eq!(played.matches("<article ").count(), 2047);
    assert!(new.len() < 600_000 && played.len() < 600_000, "{} and {} bytes", new.len(), played.len());
    // Not optimised, on a busy machine: a bracket that is drawn in quadratic time takes minutes.
    assert!(took.as_secs() < 3, "{took:?}");
    println!("1,024 entrants: {} bytes new, {} bytes played, {took:?}", new.len(), played.len());
}

#[test]
fn what_a_round_shares_is_said_once_above_it() {
    let cup = stage(4, elimination(Elimination::Single { third_place: false, consolation: false })).unwrap();
    let at: DateTime<Utc> = "2026-03-01T18:00:00Z".parse().unwrap();
    let late: DateTime<Utc> = "2026-03-01T20:30:00Z".parse().unwrap();
    let same = StageView::of(&cup, "", named, |_| MatchView { at: Some(at), ..MatchView::default() }).html();
    assert_eq!(same.matches("<time datetime=2026-03-01T18:00:00Z>1 Mar 18:00 UTC</time>").count(), 2, "{same}");
    let other = |id: MatchId| MatchView { at: Some(if id.number() == 2 { late } else { at }), ..MatchView::default() };
    let apart = StageView::of(&cup, "", named, other).html();
    assert_eq!(apart.matches("<time ").count(), 3, "{apart}");
    assert_eq!(apart.matches("Best of 3").count(), 2, "{apart}");
}

#[test]
fn swiss_rounds_are_grouped_by_record() {
    let mut swiss = stage(7, Format::Swiss(Swiss::rounds(3))).unwrap();
    play(&mut swiss, 3, 1);
    swiss.apply_mut(Command::Pair { seed: 1, rematches: false }).unwrap();
    let html = view(&swiss).html();
    for record in
        ["aria-label=\"0 won, 0 lost\">0–0<", "aria-label=\"1 won, 0 lost\">1–0<", "aria-label=\"0 won, 1 lost\">0–1<"]
    {
        assert!(html.contains(record), "{record}\n{html}");
    }
    assert!(html.find(">1–0<") < html.find(">0–1<"), "{html}");
    assert_eq!(html.matches("<span>bye</span>").count(), 2, "{html}");
}

#[test]
fn groups_have_cross_tables_and_standings_with_their_reasons() {
    let mut league = stage(6, Format::RoundRobin(RoundRobin { groups: 2, ..RoundRobin::default() })).unwrap();
    play(&mut league, usize::MAX, 3);
    let mut shown = view(&league);
    shown.standings[0].through = Some(1);
    let html = shown.html();
    assert_eq!(html.matches("everybody against everybody").count(), 2, "{html}");
    assert_eq!(html.matches("<td class=self>").count(), 6, "{html}");
    assert!(html.contains("<h3>Group A</h3>") && html.contains("<h3>Group B</h3>"), "{html}");
    assert_eq!(html.matches("<tr class=cut>").count() + html.matches("<tr class=\"me cut\">").count(), 1, "{html}");
    for word in ["Head-to-head", "How ties are broken", "The matches that those who are level played"] {
        assert!(html.contains(word), "{word}\n{html}");
    }
    assert!(html.contains("<span class=visually-hidden>won </span>"), "{html}");
}

#[test]
fn shared_places_of_an_elimination_stand_as_ranges() {
    let mut cup = stage(8, Format::single_elimination()).unwrap();
    play(&mut cup, usize::MAX, 5);
    let html = view(&cup).standings_html();
    assert_eq!(html.matches("<td>5–8</td>").count(), 4, "{html}");
    assert_eq!(html.matches("<td>1</td>").count(), 1, "{html}");
}

#[test]
fn heats_are_tables_by_place() {
    let mut royale = stage(3, Format::FreeForAll(FreeForAll::default())).unwrap();
    assert!(view(&royale).html().contains("<td>–</td>"), "an open heat has no places");
    play(&mut royale, usize::MAX, 2);
    let html = view(&royale).html();
    let first = html.find("<td>1</td>").expect("a first place");
    assert!(first < html.find("<td>2</td>").unwrap() && html.contains("<th scope=col class=num>Kills</th>"), "{html}");
}

#[test]
fn stages_of_an_event_have_ids_of_their_own_and_the_open_ones_are_announced() {
    let groups = RoundRobin { groups: 2, ..RoundRobin::default() };
    let plan = Plan::groups_to_playoffs(entrants(8), groups, 2, Format::single_elimination());
    let mut event = Event::new(plan).unwrap();
    event.begin(0).unwrap();
    let at = |index: usize, id: MatchId| MatchView { link: Some(format!("/m/{index}/{id}")), ..MatchView::default() };
    let html = Drawing::of_event(&event, named, at).html();
    assert!(html.contains("Not drawn yet"), "{html}");
    while let Some(open) = event.stage(0).and_then(|s| s.stage.fixtures().find(|f| f.status == brackets::Status::Ready))
    {
        let between = open.pair().unwrap();
        let side = if between[0] < between[1] { Side::A } else { Side::B };
        event.apply(0, Command::Report { at: open.id, between, games: vec![Game::won_by(side)] }).unwrap();
    }
    event.begin(1).unwrap();
    let drawing = Drawing::of_event(&event, named, at);
    let page = Page::read(&drawing.html(), "event");
    assert!(page.articles.iter().any(|article| article.id == "s2-W1.1"));
    assert!(!drawing.html().contains("Not drawn yet"));
    well_formed(&drawing.svg("Event"), "event");
}

#[test]
fn every_tie_breaker_is_explained() {
    for rule in [
        TieBreak::Buchholz { cut_low: 1, cut_high: 1 },
        TieBreak::OpponentMatchWin { floor: 33 },
        TieBreak::HeadToHead,
        TieBreak::LastHeat,
    ] {
        let words = tie_break_words(&rule);
        assert!(words.ends_with('.') && words.len() > 10, "{words}");
    }
    assert!(
        tie_break_words(&TieBreak::Buchholz { cut_low: 1, cut_high: 1 }).contains("the lowest 1 and the highest 1")
    );
}
