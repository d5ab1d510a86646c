//! The games: what each says of rosters, ids, matches and results.

use std::{collections::HashSet, fs, path::Path, sync::Arc};

use kernel::plugin::{GameIdRefusal, GamePlugin, PluginRegistry, Registered, TeamFacts};
use seadrift::entity::Declared;
use serde_json::json;
use teams::{
    game::{GAMES, Game, by_code, games},
    rules::{id, region},
};

fn game(code: &str) -> &'static Game {
    by_code(code).unwrap_or_else(|| panic!("no {code}"))
}

/// A registry with all games.
fn registry() -> PluginRegistry {
    let registry = PluginRegistry::new();
    for game in games() {
        assert_eq!(registry.register(game), Ok(Registered::New));
    }
    registry
}

#[test]
fn every_game_has_the_roster_and_colour_it_is_known_for() {
    for (code, name, starters, substitutes, most, unique, second, roles, regions, colour) in [
        ("codm", "Call of Duty Mobile", (5, 5), 2, 7, false, true, 5, 6, "#000000"),
        ("cs2", "Counter-Strike 2", (5, 5), 2, 7, false, true, 6, 8, "#F7941D"),
        ("dota2", "Dota 2", (5, 5), 2, 7, true, false, 5, 8, "#B01E26"),
        ("efootball", "eFootball", (1, 2), 1, 3, false, false, 2, 7, "#00A0DC"),
        ("fc26", "FC 26", (1, 1), 1, 2, false, false, 1, 7, "#00A0DC"),
        ("freefire", "Free Fire", (4, 4), 2, 6, false, true, 4, 8, "#FF6B35"),
        ("mlbb", "Mobile Legends: Bang Bang", (5, 5), 2, 7, false, true, 5, 10, "#4169E1"),
        ("pubg", "PUBG Mobile", (4, 4), 2, 6, false, true, 4, 7, "#F7B733"),
        ("valorant", "Valorant", (5, 5), 2, 7, false, true, 6, 6, "#FF4655"),
    ] {
        let game = game(code);
        let rule = game.roster_rule();
        assert_eq!((game.name(), game.display_name()), (code.to_owned(), name.to_owned()));
        assert_eq!(((rule.min_starters, rule.max_starters), rule.max_substitutes), (starters, substitutes), "{code}");
        assert_eq!((rule.max_size(), game.max_team_size(), game.min_team_size()), (most, most, starters.0), "{code}");
        assert_eq!((rule.unique_roles, rule.second_role), (unique, second), "{code}");
        assert_eq!((game.roles().len(), game.regions().len(), game.colour()), (roles, regions, colour), "{code}");
        assert_eq!((game.supports_solo(), game.requires_roster()), (starters.0 == 1, starters.1 > 1), "{code}");
        let team = |size| TeamFacts { size, has_roster: true };
        assert!(game.validate_team(&team(starters.0)).is_ok(), "{code}");
        assert!(game.validate_team(&team(most)).is_ok(), "{code}");
        assert!(game.validate_team(&team(most + 1)).is_err(), "{code}");
        assert!(game.validate_team(&team(starters.0 - 1)).is_err(), "{code}");
    }
    assert_eq!(GAMES.len(), 9);
}

#[test]
fn the_list_of_games_is_whole() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/game");
    let files = fs::read_dir(folder).expect("readable").map(|entry| entry.expect("readable").path());
    let brings_a_game = |path: &Path| fs::read_to_string(path).expect("readable").contains("\ncrate::game_squad!");
    let mut found: Vec<String> = files
        .filter(|path| brings_a_game(path))
        .map(|path| path.file_stem().expect("a name").to_string_lossy().into_owned())
        .collect();
    found.sort_unstable();
    let listed: Vec<&str> = GAMES.iter().map(|game| game.code).collect();
    assert_eq!(found, listed, "a file beside the list, or a code that is not its file's name");
    let registry = registry();
    assert_eq!(registry.statistics().plugin_names, listed);
    assert_eq!(by_code("csgo").map(|game| game.code), Some("cs2"), "older teams");
    assert!(by_code("chess").is_none() && by_code("").is_none());
}

/// A game looks for a player's ids where the profile keeps them.
#[test]
fn every_id_stands_in_a_column_of_the_profile() {
    let profile = profiles::model::user_profile::Entity::declaration();
    for game in GAMES {
        let fields = game.id_fields();
        assert!(fields.iter().any(|field| field.required), "{} knows its players by some id", game.code);
        for field in fields {
            assert!(profile.column(field.column).is_some(), "{}: no column {}", game.code, field.column);
        }
    }
}

#[test]
fn ids_are_asked_of_their_game() {
    for (code, column, id, good) in [
        ("valorant", "riot_id", "Ann#BD1", true),
        ("valorant", "riot_id", "Ann", false),
        ("cs2", "steam_id", "76561198012345678", true),
        ("dota2", "steam_id", "12345678901234567", false),
        ("mlbb", "mlbb_id", "123456789", true),
        ("mlbb", "mlbb_id", "12345", false),
        ("mlbb", "mlbb_server_id", "2001", true),
        ("pubg", "pubg_mobile_id", "ann_1", true),
        ("pubg", "pubg_mobile_id", "ann-1", false),
        ("freefire", "free_fire_id", "123456789", true),
        ("freefire", "free_fire_id", "12345678", false),
        ("efootball", "efootball_id", "12345678", true),
        ("efootball", "efootball_id", "1234567", false),
        ("fc26", "ea_id", "ann-1", true),
        ("fc26", "ea_id", "an", false),
        ("codm", "codm_uid", "any thing 42", true),
        ("codm", "discord_id", "@ann", true),
        ("codm", "discord_id", "", true),
        ("codm", "discord_id", "a", false),
        ("codm", "codm_uid", " ", false),
        ("codm", "riot_id", "Ann#BD1", false),
    ] {
        assert_eq!(game(code).validate_id(column, id).is_ok(), good, "{code} {column} {id:?}");
    }
    let missing = id::refusals(game("mlbb"), |column| if column == "mlbb_id" { "123456" } else { "" });
    let label = "Server ID".to_owned();
    let help = "the number in brackets behind the game ID".to_owned();
    assert_eq!(missing, [GameIdRefusal::Missing { label, help }], "both ids are needed, Discord is not");
    assert_eq!(id::refusals(game("mlbb"), |_| "123456"), []);
    let refusal = game("cs2").validate_id("steam_id", "7").expect_err("too short").to_string();
    assert!(refusal.contains("Steam ID") && refusal.contains("7656119"), "{refusal}");
}

#[test]
fn regions_belong_to_their_game() {
    let name = |code: &str, region: &str| region::region(game(code), region).map(|region| region.name);
    assert_eq!(name("valorant", "SA"), Ok("South Asia"));
    assert_eq!(name("cs2", "SA"), Ok("South America"));
    for (code, region) in [("valorant", "CIS"), ("valorant", "sa"), ("cs2", "")] {
        let refusal = name(code, region).expect_err("it is not played there").to_string();
        assert!(refusal.contains(&format!("{region:?}")) && refusal.contains("OCE"), "{refusal}");
    }
}

#[test]
fn words_within_a_game_are_different_and_have_an_explanation() {
    for game in GAMES {
        let roles: HashSet<&str> = game.roles().iter().map(|role| role.name).collect();
        let regions: HashSet<&str> = game.regions().iter().map(|region| region.code).collect();
        assert_eq!((roles.len(), regions.len()), (game.roles().len(), game.regions().len()), "{}", game.code);
        assert!(game.roles().iter().all(|role| role.help.ends_with('.')), "{}", game.code);
        assert!(!game.description().is_empty() && !game.platforms.is_empty(), "{}", game.code);
        let stats: HashSet<String> = game.player_stats().into_iter().collect();
        assert_eq!(stats.len(), game.player_stats.len(), "{}", game.code);
    }
}

#[test]
fn a_match_is_valid_when_nobody_says_anything() {
    for game in GAMES {
        let config = game.default_match_config();
        assert_eq!(game.validate_match_config(&config), Ok(()), "{}: {config}", game.code);
        let wrong = game.validate_match_config(&json!({"best_of": 4})).expect_err("no game has four");
        assert_eq!(wrong.field, "best_of", "{}", game.code);
    }
    let maps = &game("valorant").default_match_config()["map_pool"];
    assert_eq!(maps.as_array().map(Vec::len), Some(9));
}

#[test]
fn results_are_told_in_the_words_of_the_game() {
    let told = |code: &str, result| game(code).format_match_result(&result);
    let sides = json!([{"name": "Dhaka Lions", "score": 13}, {"name": "Storm", "score": 7}]);
    assert_eq!(told("valorant", json!({"sides": sides, "map": "Ascent"})), "Dhaka Lions 13–7 Storm on Ascent");
    assert_eq!(told("efootball", json!({"sides": sides})), "Dhaka Lions 13–7 Storm");
    let places = json!([
        {"name": "Dhaka Lions", "place": 10, "kills": 1},
        {"name": "Storm", "place": 2, "kills": 12},
        {"name": "Kings", "place": 1}
    ]);
    assert_eq!(told("pubg", json!({"places": places})), "1. Kings, 2. Storm (12 kills), 10. Dhaka Lions (1 kill)");
    for (code, result) in [
        ("valorant", json!(null)),
        ("valorant", json!({"sides": [{"name": "Storm", "score": 7}]})),
        ("valorant", json!({"sides": [{"name": "Storm", "score": 7}, {"name": "Kings"}]})),
        ("freefire", json!({"sides": sides})),
        ("freefire", json!({"places": []})),
        ("freefire", json!({"places": [{"name": "Storm"}]})),
    ] {
        assert_eq!(told(code, result.clone()), "no result", "{code} {result}");
    }
}

#[test]
fn games_go_into_a_registry_as_they_are() {
    let registry = registry();
    let found: Arc<dyn GamePlugin> = registry.get("mlbb").expect("it is there");
    assert_eq!(found.display_name(), "Mobile Legends: Bang Bang");
    assert_eq!(found.version(), "1.0.0");
}
