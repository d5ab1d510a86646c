//! The core's compatibility baseline: 23 behaviours that every release keeps.
//!
//! Event bus
//!  1. `a_subscriber_receives_a_published_event_with_its_data`
//!  2. `two_handlers_of_one_type_both_run`
//!  3. `a_lower_priority_runs_first_whatever_the_order_of_subscription`
//!  4. `a_disabled_handler_is_not_called`
//!  5. `an_unsubscribed_handler_is_not_called`
//!  6. `the_history_holds_published_events_even_without_handlers`
//!  7. `a_typed_event_travels_under_its_fixed_type_and_exposes_its_fields`
//!
//! Service registry
//!  8. `a_registered_service_is_handed_out_as_itself`
//!  9. `an_unknown_service_is_none`
//! 10. `a_disabled_service_is_none`
//! 11. `a_service_that_is_enabled_again_is_the_same_one`
//! 12. `services_are_listed_all_or_by_app`
//! 13. `the_registry_counts_its_services`
//!
//! Game plugins
//! 14. `a_registered_plugin_is_handed_out_as_itself`
//! 15. `a_team_is_validated_by_its_size`
//! 16. `a_disabled_plugin_is_none`
//! 17. `plugins_are_listed_all_or_enabled_only`
//! 18. `choices_are_names_with_display_names`
//!
//! API gateway
//! 19. `a_call_answers_the_handlers_data`
//! 20. `an_unknown_endpoint_is_not_found`
//! 21. `versions_answer_separately`
//! 22. `a_failing_handler_is_a_failure_whose_message_is_kept_for_operators`
//! 23. `endpoints_are_listed_with_their_versions`

use std::sync::{Arc, Mutex};

use kernel::Actor;
use kernel::event::catalogue::{MatchCompleted, TournamentCreated, TournamentUpdated};
use kernel::event::{DEFAULT_PRIORITY, Envelope, Event, EventBus, Origin};
use kernel::gateway::{Access, Call, Gateway, Method, Outcome, Refusal, Request};
use kernel::plugin::{ConfigRefusal, GamePlugin, PluginRegistry, Registered, TeamFacts};
use kernel::registry::{ServiceInfo, ServiceRegistry};
use serde_json::{Value, json};

const CREATED: &str = TournamentCreated::TYPE;

/// What handlers noted, in the order in which they ran.
#[derive(Clone, Default)]
struct Notes(Arc<Mutex<Vec<String>>>);

impl Notes {
    fn all(&self) -> Vec<String> {
        self.0.lock().expect("unpoisoned").clone()
    }

    /// Subscribes a handler that notes its own name and the tournament's id.
    fn listen(&self, bus: &EventBus, name: &'static str, priority: i32) {
        let notes = self.clone();
        bus.subscribe(name, priority, move |told: Envelope<TournamentCreated>| {
            let notes = notes.clone();
            async move {
                let note = format!("{name} {}", told.event.tournament_id);
                notes.0.lock().expect("unpoisoned").push(note);
                Ok(())
            }
        });
    }
}

async fn publish<E: Event>(bus: &EventBus, event: E) {
    let told = bus.publish_outside_transaction(event, Origin::default()).await;
    told.expect("no unit of work is open");
}

#[tokio::test]
async fn a_subscriber_receives_a_published_event_with_its_data() {
    let (bus, notes) = (EventBus::default(), Notes::default());
    notes.listen(&bus, "mail", DEFAULT_PRIORITY);
    publish(&bus, TournamentCreated { tournament_id: 7 }).await;
    assert_eq!(notes.all(), ["mail 7"]);
}

#[tokio::test]
async fn two_handlers_of_one_type_both_run() {
    let (bus, notes) = (EventBus::default(), Notes::default());
    notes.listen(&bus, "mail", DEFAULT_PRIORITY);
    notes.listen(&bus, "feed", DEFAULT_PRIORITY);
    publish(&bus, TournamentCreated { tournament_id: 7 }).await;
    assert_eq!(notes.all(), ["mail 7", "feed 7"]);
}

#[tokio::test]
async fn a_lower_priority_runs_first_whatever_the_order_of_subscription() {
    let (bus, notes) = (EventBus::default(), Notes::default());
    for (name, priority) in [("c", 100), ("a", 10), ("d", 100), ("b", 10), ("z", -1)] {
        notes.listen(&bus, name, priority);
    }
    publish(&bus, TournamentCreated { tournament_id: 1 }).await;
    assert_eq!(notes.all(), ["z 1", "a 1", "b 1", "c 1", "d 1"]);
}

#[tokio::test]
async fn a_disabled_handler_is_not_called() {
    let (bus, notes) = (EventBus::default(), Notes::default());
    notes.listen(&bus, "mail", DEFAULT_PRIORITY);
    notes.listen(&bus, "feed", DEFAULT_PRIORITY);
    assert_eq!(bus.disable(CREATED, "mail"), 1);
    publish(&bus, TournamentCreated { tournament_id: 1 }).await;
    assert_eq!(notes.all(), ["feed 1"]);
    assert_eq!(bus.enable(CREATED, "mail"), 1);
    publish(&bus, TournamentCreated { tournament_id: 2 }).await;
    assert_eq!(notes.all(), ["feed 1", "mail 2", "feed 2"]);
    assert_eq!(bus.disable("tournament.updated", "mail"), 0, "another type's mail");
}

#[tokio::test]
async fn an_unsubscribed_handler_is_not_called() {
    let (bus, notes) = (EventBus::default(), Notes::default());
    for name in ["mail", "feed", "mail"] {
        notes.listen(&bus, name, DEFAULT_PRIORITY);
    }
    assert_eq!(bus.unsubscribe(CREATED, "mail"), 2, "every handler of that name goes");
    publish(&bus, TournamentCreated { tournament_id: 1 }).await;
    assert_eq!(notes.all(), ["feed 1"]);
    assert_eq!(bus.unsubscribe(CREATED, "mail"), 0);
}

#[tokio::test]
async fn the_history_holds_published_events_even_without_handlers() {
    let bus = EventBus::default();
    publish(&bus, TournamentCreated { tournament_id: 1 }).await;
    publish(&bus, TournamentUpdated { tournament_id: 1 }).await;
    publish(&bus, TournamentCreated { tournament_id: 2 }).await;
    let types = |event_type, count| -> Vec<(&str, Value)> {
        let records = bus.history(event_type, count);
        let pairs = records.iter().map(|record| (record.header.event_type, record.data.clone()));
        pairs.collect()
    };
    let first = (CREATED, json!({"tournament_id": 1}));
    let second = ("tournament.updated", json!({"tournament_id": 1}));
    let third = (CREATED, json!({"tournament_id": 2}));
    assert_eq!(types(None, 100), [first.clone(), second.clone(), third.clone()]);
    assert_eq!(types(None, 2), [second, third.clone()]);
    assert_eq!(types(Some(CREATED), 100), [first, third]);
    assert!(types(Some("match.completed"), 100).is_empty());
}

#[tokio::test]
async fn a_typed_event_travels_under_its_fixed_type_and_exposes_its_fields() {
    let bus = EventBus::default();
    let seen = Arc::new(Mutex::new(None));
    let note = Arc::clone(&seen);
    bus.subscribe("typed", DEFAULT_PRIORITY, move |told: Envelope<TournamentCreated>| {
        let note = Arc::clone(&note);
        async move {
            let facts = (told.header.event_type, told.event.tournament_id);
            *note.lock().expect("unpoisoned") = Some(facts);
            Ok(())
        }
    });
    publish(&bus, MatchCompleted { match_id: 3, winner_id: None }).await;
    assert_eq!(*seen.lock().expect("unpoisoned"), None, "another type does not arrive");
    publish(&bus, TournamentCreated { tournament_id: 42 }).await;
    assert_eq!(*seen.lock().expect("unpoisoned"), Some(("tournament.created", 42)));
}

trait Greeter: Send + Sync {
    fn greet(&self, name: &str) -> String;
}

#[derive(Debug)]
struct Polite;

impl Greeter for Polite {
    fn greet(&self, name: &str) -> String {
        format!("Good day, {name}.")
    }
}

fn with_greeter() -> (ServiceRegistry, Arc<dyn Greeter>) {
    let registry = ServiceRegistry::new();
    let service: Arc<dyn Greeter> = Arc::new(Polite);
    let replaced = registry.register(ServiceInfo::new("greeter", "teams"), Arc::clone(&service));
    assert_eq!(replaced, None);
    (registry, service)
}

fn greeter(registry: &ServiceRegistry) -> Option<Arc<dyn Greeter>> {
    registry.get::<dyn Greeter>("greeter")
}

#[test]
fn a_registered_service_is_handed_out_as_itself() {
    let (registry, service) = with_greeter();
    let found = greeter(&registry).expect("it is there");
    assert!(Arc::ptr_eq(&found, &service));
    assert_eq!(found.greet("Ann"), "Good day, Ann.");
}

#[test]
fn an_unknown_service_is_none() {
    let (registry, _) = with_greeter();
    assert!(registry.get::<dyn Greeter>("stranger").is_none());
    assert!(!registry.enable("stranger") && !registry.disable("stranger"));
}

#[test]
fn a_disabled_service_is_none() {
    let (registry, _) = with_greeter();
    assert!(registry.disable("greeter"));
    assert!(greeter(&registry).is_none());
}

#[test]
fn a_service_that_is_enabled_again_is_the_same_one() {
    let (registry, service) = with_greeter();
    assert!(registry.disable("greeter") && registry.enable("greeter"));
    let found = greeter(&registry).expect("it is back");
    assert!(Arc::ptr_eq(&found, &service));
}

#[test]
fn services_are_listed_all_or_by_app() {
    let (registry, _) = with_greeter();
    registry.register(ServiceInfo::new("ledger", "economy"), Arc::new(7_i64));
    let names = |app| -> Vec<String> { registry.list(app).into_iter().map(|info| info.name).collect() };
    assert_eq!(names(None), ["greeter", "ledger"]);
    assert_eq!(names(Some("economy")), ["ledger"]);
    assert!(names(Some("nobody")).is_empty());
}

#[test]
fn the_registry_counts_its_services() {
    let (registry, _) = with_greeter();
    registry.register(ServiceInfo::new("ledger", "teams"), Arc::new(7_i64));
    registry.disable("ledger");
    let figures = registry.statistics();
    assert_eq!((figures.total_services, figures.enabled, figures.disabled), (2, 1, 1));
    assert_eq!(figures.apps, ["teams"], "an app counts once");
}

/// A game whose name each instance chooses.
struct TestGame {
    name: &'static str,
}

impl GamePlugin for TestGame {
    fn name(&self) -> String {
        self.name.to_owned()
    }

    fn display_name(&self) -> String {
        format!("The game of {}", self.name)
    }

    fn validate_match_config(&self, _config: &Value) -> Result<(), ConfigRefusal> {
        Ok(())
    }

    fn default_match_config(&self) -> Value {
        json!({"best_of": 1})
    }

    fn format_match_result(&self, result: &Value) -> String {
        result.to_string()
    }
}

fn with_game(name: &'static str) -> (PluginRegistry, Arc<dyn GamePlugin>) {
    let registry = PluginRegistry::new();
    let game: Arc<dyn GamePlugin> = Arc::new(TestGame { name });
    assert_eq!(registry.register(Arc::clone(&game)), Ok(Registered::New));
    (registry, game)
}

#[test]
fn a_registered_plugin_is_handed_out_as_itself() {
    let (registry, game) = with_game("chess");
    let found = registry.get("chess").expect("it is there");
    assert!(Arc::ptr_eq(&found, &game));
    assert_eq!(found.display_name(), "The game of chess");
}

#[test]
fn a_team_is_validated_by_its_size() {
    let (registry, _) = with_game("chess");
    let game = registry.get("chess").expect("it is there");
    let team = |size| TeamFacts { size, has_roster: true };
    assert_eq!(game.validate_team(&team(3)), Ok(()));
    let refusal = game.validate_team(&team(10)).expect_err("ten are too many");
    assert!(refusal.to_string().contains("Team size"), "{refusal}");
}

#[test]
fn a_disabled_plugin_is_none() {
    let (registry, _) = with_game("chess");
    assert!(registry.disable("chess"));
    assert!(registry.get("chess").is_none());
    assert!(registry.enable("chess"));
    assert!(registry.get("chess").is_some());
}

#[test]
fn plugins_are_listed_all_or_enabled_only() {
    let (registry, _) = with_game("chess");
    let other = registry.register(Arc::new(TestGame { name: "go" }));
    assert_eq!(other, Ok(Registered::New), "an instance's own name counts");
    registry.disable("go");
    let names = |enabled_only| -> Vec<String> {
        let games = registry.list(enabled_only);
        games.iter().map(|game| game.name()).collect()
    };
    assert_eq!(names(false), ["chess", "go"]);
    assert_eq!(names(true), ["chess"]);
}

#[test]
fn choices_are_names_with_display_names() {
    let (registry, _) = with_game("chess");
    let expected = [("chess".to_owned(), "The game of chess".to_owned())];
    assert_eq!(registry.choices(), expected);
    registry.disable("chess");
    assert_eq!(registry.choices(), []);
}

fn get(endpoint: &str) -> Request {
    Request::new(endpoint, Method::Get, json!({"id": 5}), Actor::Anonymous)
}

/// Answers the version it was registered as and the data it was sent.
fn echo(gateway: &Gateway, endpoint: &str, version: &'static str) {
    let replaced = gateway.register(endpoint, version, Access::Public, move |call: Call| async move {
        Ok(json!({"version": version, "sent": call.request.data}))
    });
    assert!(!replaced);
}

#[tokio::test]
async fn a_call_answers_the_handlers_data() {
    let gateway = Gateway::default();
    echo(&gateway, "cups.get", "v1");
    let answer = gateway.call(get("cups.get")).await;
    assert_eq!(answer, Ok(json!({"version": "v1", "sent": {"id": 5}})));
}

#[tokio::test]
async fn an_unknown_endpoint_is_not_found() {
    let refusal = Gateway::default().call(get("cups.get")).await;
    let endpoint = "cups.get".to_owned();
    assert_eq!(refusal, Err(Refusal::UnknownEndpoint { endpoint }));
    assert_eq!(refusal.map_err(|refusal| refusal.status()), Err(404));
}

#[tokio::test]
async fn versions_answer_separately() {
    let gateway = Gateway::default();
    echo(&gateway, "cups.get", "v1");
    echo(&gateway, "cups.get", "v2");
    for version in ["v1", "v2"] {
        let answer = gateway.call(get("cups.get").version(version)).await;
        assert_eq!(answer.expect("it answers")["version"], version);
    }
    let refusal = gateway.call(get("cups.get").version("v3")).await;
    let refusal = refusal.expect_err("there is no v3");
    assert_eq!(refusal.status(), 404);
    let text = refusal.to_string();
    assert!(text.contains("v3") && text.contains("v1, v2"), "{text}");
}

#[tokio::test]
async fn a_failing_handler_is_a_failure_whose_message_is_kept_for_operators() {
    let gateway = Gateway::default();
    gateway.register("cups.get", "v1", Access::Public, |_| async {
        let broken: Result<Value, std::io::Error> = Err(std::io::Error::other("disk on fire"));
        Ok(broken?)
    });
    let refusal = gateway.call(get("cups.get")).await.expect_err("it fails");
    assert_eq!(refusal.status(), 500);
    let Refusal::Failed { incident } = &refusal else {
        panic!("{refusal:?}");
    };
    let told = refusal.to_string();
    assert!(told.contains(incident) && !told.contains("fire"), "{told}");
    let logged = gateway.request_log(1);
    let expected = Outcome::Failed { incident: incident.clone(), message: "disk on fire".to_owned() };
    assert_eq!(logged[0].outcome, Some(expected));
}

#[test]
fn endpoints_are_listed_with_their_versions() {
    let gateway = Gateway::default();
    for (endpoint, version) in [("cups.get", "v1"), ("cups.get", "v2"), ("teams.get", "v1")] {
        echo(&gateway, endpoint, version);
    }
    let list = gateway.list();
    assert_eq!(list.len(), 2);
    assert_eq!(list["cups.get"], ["v1", "v2"]);
    assert_eq!(list["teams.get"], ["v1"]);
}
