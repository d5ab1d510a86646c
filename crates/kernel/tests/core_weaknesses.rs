//! Weaknesses that a core of this kind commonly has, each shown to be absent: lost errors,
//! deadlocks, races, secrets in histories, error texts and rights shown or given to strangers.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kernel::Actor;
use kernel::event::catalogue::{TYPES, TeamUpdated, TournamentCreated};
use kernel::event::{
    DEFAULT_PRIORITY, Envelope, Event, EventBus, EventRecord, HISTORY_LIMIT, HandlerError, HandlerStatistics, Origin,
};
use kernel::gateway::{Access, Gateway, HandlerError as CallError, LOG_LIMIT, Method, Outcome, Refusal, Request};
use kernel::plugin::{ConfigRefusal, GamePlugin, PluginRegistry, RegisterError, Registered, TeamFacts, TeamRefusal};
use kernel::registry::{ServiceInfo, ServiceRegistry};
use serde::Serialize;
use serde_json::{Value, json};

type Told = Envelope<TournamentCreated>;

async fn publish(bus: &EventBus, tournament_id: i64) {
    let event = TournamentCreated { tournament_id };
    let told = bus.publish_outside_transaction(event, Origin::default()).await;
    told.expect("no unit of work is open");
}

fn handler(bus: &EventBus, name: &str) -> HandlerStatistics {
    let handlers = bus.statistics().handlers;
    let found = handlers.into_iter().find(|handler| handler.name == name);
    found.expect("it is subscribed")
}

/// Subscribes a handler that counts its calls.
fn count(bus: &EventBus, name: &str, priority: i32) -> Arc<AtomicU32> {
    let counter = Arc::new(AtomicU32::new(0));
    let calls = Arc::clone(&counter);
    bus.subscribe(name, priority, move |_: Told| {
        calls.fetch_add(1, Ordering::Relaxed);
        async { Ok(()) }
    });
    counter
}

#[tokio::test]
async fn errors_and_panics_of_handlers_are_recorded_and_the_rest_go_on() {
    let bus = EventBus::default();
    bus.subscribe("errs", 1, |told: Told| async move {
        let id = told.event.tournament_id;
        Err::<(), HandlerError>(format!("cannot handle {id}").into())
    });
    bus.subscribe("panics", 2, |_: Told| async { panic!("planned") });
    bus.subscribe("panics at once", 3, |told: Told| {
        assert!(told.event.tournament_id < 0, "planned too");
        async { Ok(()) }
    });
    let calls = count(&bus, "works", 4);
    publish(&bus, 5).await;
    publish(&bus, 6).await;
    assert_eq!(calls.load(Ordering::Relaxed), 2);
    let newest = &bus.history(None, 1)[0].header.id;
    for (name, failures, message) in [
        ("errs", 2, "cannot handle 6"),
        ("panics", 2, "panicked: planned"),
        ("panics at once", 2, "panicked: planned too"),
    ] {
        let statistics = handler(&bus, name);
        assert_eq!((statistics.calls, statistics.failures), (2, failures), "{name}");
        let last = statistics.last_failure.expect("it failed");
        assert_eq!((last.message.as_str(), &last.event_id), (message, newest), "{name}");
    }
    let works = handler(&bus, "works");
    assert_eq!((works.calls, works.failures, works.last_failure), (2, 0, None));
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_never_ends_is_stopped_and_the_rest_go_on() {
    let bus = EventBus::default();
    bus.subscribe("hangs", 1, |_: Told| std::future::pending());
    let calls = count(&bus, "works", 2);
    publish(&bus, 1).await;
    assert_eq!(calls.load(Ordering::Relaxed), 1);
    let failure = handler(&bus, "hangs").last_failure.expect("it was stopped");
    assert!(failure.message.contains("30 s"), "{}", failure.message);
}

#[tokio::test]
async fn handlers_may_change_the_bus_and_publish_while_they_run() {
    let bus = Arc::new(EventBus::default());
    let later = Arc::new(AtomicU32::new(0));
    let (inner, calls) = (Arc::clone(&bus), Arc::clone(&later));
    bus.subscribe("meddler", 1, move |told: Told| {
        let (bus, calls) = (Arc::clone(&inner), Arc::clone(&calls));
        async move {
            bus.subscribe("late", 50, move |_: Told| {
                calls.fetch_add(1, Ordering::Relaxed);
                async { Ok(()) }
            });
            bus.unsubscribe(TournamentCreated::TYPE, "removed meanwhile");
            bus.disable(TournamentCreated::TYPE, "disabled meanwhile");
            bus.unsubscribe(TournamentCreated::TYPE, "meddler");
            assert_eq!(bus.history(None, 1).len(), 1);
            assert_eq!(bus.statistics().published, 1);
            let event = TournamentCreated { tournament_id: told.event.tournament_id + 1 };
            bus.publish_outside_transaction(event, Origin::default()).await?;
            Ok(())
        }
    });
    let removed = count(&bus, "removed meanwhile", 2);
    let disabled = count(&bus, "disabled meanwhile", 2);
    let stays = count(&bus, "stays", 3);
    let all = publish(&bus, 1);
    tokio::time::timeout(Duration::from_secs(10), all).await.expect("no deadlock");
    assert_eq!(removed.load(Ordering::Relaxed), 0, "it was gone before its turn");
    assert_eq!(disabled.load(Ordering::Relaxed), 0, "it was off before its turn");
    assert_eq!(stays.load(Ordering::Relaxed), 2);
    assert_eq!(later.load(Ordering::Relaxed), 1, "it hears what came after its subscription");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_crowd_may_publish_and_subscribe_at_once() {
    let bus = Arc::new(EventBus::default());
    let calls = count(&bus, "works", DEFAULT_PRIORITY);
    let mut crowd = tokio::task::JoinSet::new();
    for number in 0..16 {
        let bus = Arc::clone(&bus);
        crowd.spawn(async move {
            let name = format!("visitor {number}");
            for id in 0..20 {
                count(&bus, &name, number);
                publish(&bus, id).await;
                assert_eq!(bus.unsubscribe(TournamentCreated::TYPE, &name), 1);
            }
        });
    }
    crowd.join_all().await;
    assert_eq!(calls.load(Ordering::Relaxed), 320);
    let figures = bus.statistics();
    assert_eq!((figures.published, figures.total_handlers), (320, 1));
    assert_eq!(handler(&bus, "works").calls, 320);
}

#[derive(Serialize)]
struct PasswordReset {
    user_id: i64,
    token: String,
}

impl Event for PasswordReset {
    const TYPE: &'static str = "test.password_reset";

    fn redacted(&self) -> Value {
        json!({"user_id": self.user_id})
    }
}

#[tokio::test]
async fn secrets_reach_the_typed_handler_only() {
    let bus = EventBus::default();
    let (secret, seen) = (Arc::new(Mutex::new(String::new())), Arc::new(Mutex::new(Vec::new())));
    let (own, all) = (Arc::clone(&secret), Arc::clone(&seen));
    bus.subscribe("mail", 1, move |told: Envelope<PasswordReset>| {
        own.lock().expect("unpoisoned").clone_from(&told.event.token);
        async { Ok(()) }
    });
    bus.subscribe_all("feed", 2, move |record: Arc<EventRecord>| {
        let json = serde_json::to_string(&*record).expect("a record has a JSON form");
        all.lock().expect("unpoisoned").push(json);
        async { Ok(()) }
    });
    let event = PasswordReset { user_id: 3, token: "hunter2".to_owned() };
    let told = bus.publish_outside_transaction(event, Origin::default()).await;
    told.expect("no unit of work is open");
    assert_eq!(*secret.lock().expect("unpoisoned"), "hunter2");
    let seen = seen.lock().expect("unpoisoned").join("\n");
    let kept = format!("{:?} {bus:?} {seen}", bus.history(None, 10));
    assert!(seen.contains(r#""type":"test.password_reset""#), "{seen}");
    assert!(kept.contains("user_id") && !kept.contains("hunter2"), "{kept}");
}

#[tokio::test]
async fn a_handler_of_all_types_hears_all_in_its_turn() {
    let bus = EventBus::default();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let ear = Arc::clone(&heard);
    bus.subscribe_all("feed", 5, move |record| {
        ear.lock().expect("unpoisoned").push(record.header.event_type);
        async { Ok(()) }
    });
    let after = Arc::clone(&heard);
    bus.subscribe("before", 1, move |_: Told| {
        after.lock().expect("unpoisoned").push("before");
        async { Ok(()) }
    });
    publish(&bus, 1).await;
    let told = bus.publish_outside_transaction(TeamUpdated { team_id: 2 }, Origin::default());
    told.await.expect("no unit of work is open");
    assert_eq!(*heard.lock().expect("unpoisoned"), ["before", "tournament.created", "team.updated"]);
    assert_eq!(bus.unsubscribe("*", "feed"), 1);
}

#[tokio::test]
async fn the_history_is_bounded_and_clearing_handlers_keeps_it() {
    let bus = EventBus::default();
    count(&bus, "works", 1);
    bus.subscribe("other", 1, |_: Envelope<TeamUpdated>| async { Ok(()) });
    let many = HISTORY_LIMIT + 5;
    for id in 0..many {
        publish(&bus, i64::try_from(id).expect("small")).await;
    }
    let history = bus.history(None, usize::MAX);
    assert_eq!((history.len(), HISTORY_LIMIT), (1_000, 1_000));
    assert_eq!(history[0].data["tournament_id"], 5, "the oldest five are forgotten");
    assert_eq!(bus.clear(Some(TeamUpdated::TYPE)), 1);
    let figures = bus.statistics();
    assert_eq!(figures.event_types, [TournamentCreated::TYPE]);
    assert_eq!((figures.total_event_types, figures.total_handlers), (1, 1));
    assert_eq!((figures.history_size, figures.published), (1_000, many as u64));
    assert_eq!(bus.clear(None), 1);
    assert_eq!(bus.statistics().total_handlers, 0);
    assert_eq!(bus.statistics().history_size, 1_000);
    bus.clear_history();
    assert!(bus.history(None, 1).is_empty());
}

#[test]
fn no_two_events_of_the_catalogue_share_a_type() {
    let mut types = TYPES.to_vec();
    types.sort_unstable();
    types.dedup();
    assert_eq!(types.len(), TYPES.len());
    for name in TYPES {
        let (noun, verb) = name.split_once('.').expect("noun.past_participle");
        assert!(!noun.is_empty() && !verb.is_empty(), "{name}");
    }
}

#[test]
fn a_service_asked_for_as_another_type_is_none_and_a_replaced_one_is_reported() {
    let registry = ServiceRegistry::new();
    let info = ServiceInfo {
        version: "2.1.0".to_owned(),
        description: "counts".to_owned(),
        ..ServiceInfo::new("counter", "economy")
    };
    assert_eq!(registry.register(info.clone(), Arc::new(7_i64)), None);
    assert!(registry.get::<u64>("counter").is_none());
    assert_eq!(registry.get::<i64>("counter").as_deref(), Some(&7));
    let replaced = registry.register(ServiceInfo::new("counter", "teams"), Arc::new(8_u64));
    assert_eq!(replaced, Some(info));
    assert_eq!(registry.get::<u64>("counter").as_deref(), Some(&8));
    registry.disable("counter");
    assert_eq!(registry.info("counter").map(|info| info.enabled), Some(false));
    assert_eq!(registry.unregister("counter").map(|info| info.app_name), Some("teams".to_owned()));
    assert!(registry.get::<u64>("counter").is_none());
    assert_eq!(registry.unregister("counter"), None);
}

/// A game of the given sizes.
#[derive(Clone, Copy)]
struct Sized {
    name: &'static str,
    min: u32,
    max: u32,
    solo: bool,
    roster: bool,
}

impl GamePlugin for Sized {
    fn name(&self) -> String {
        self.name.to_owned()
    }

    fn display_name(&self) -> String {
        self.name.to_uppercase()
    }

    fn min_team_size(&self) -> u32 {
        self.min
    }

    fn max_team_size(&self) -> u32 {
        self.max
    }

    fn supports_solo(&self) -> bool {
        self.solo
    }

    fn requires_roster(&self) -> bool {
        self.roster
    }

    fn validate_match_config(&self, config: &Value) -> Result<(), ConfigRefusal> {
        match config["best_of"].as_u64() {
            Some(maps) if maps % 2 == 1 => Ok(()),
            _ => Err(ConfigRefusal { field: "best_of".to_owned(), reason: "an odd number is needed".to_owned() }),
        }
    }

    fn default_match_config(&self) -> Value {
        json!({"best_of": 3})
    }

    fn format_match_result(&self, result: &Value) -> String {
        format!("{}–{}", result["a"], result["b"])
    }
}

#[test]
fn every_edge_of_a_teams_size_is_decided() {
    let squad = Sized { name: "squad", min: 5, max: 7, solo: false, roster: true };
    let any = Sized { min: 1, ..squad };
    let duel = Sized { min: 1, max: 2, solo: true, ..squad };
    let loose = Sized { roster: false, ..squad };
    let size = |size, min, max| Err(TeamRefusal::Size { size, min, max });
    let cases = [
        (squad, 0, true, size(0, 5, 7)),
        (squad, 4, true, size(4, 5, 7)),
        (squad, 5, true, Ok(())),
        (squad, 7, true, Ok(())),
        (squad, 8, true, size(8, 5, 7)),
        (squad, 5, false, Err(TeamRefusal::NoRoster)),
        (loose, 5, false, Ok(())),
        (any, 0, true, size(0, 1, 7)),
        (any, 1, true, Err(TeamRefusal::Alone { min: 2 })),
        (any, 2, true, Ok(())),
        (duel, 1, false, Ok(())),
        (duel, 2, false, Err(TeamRefusal::NoRoster)),
        (duel, 2, true, Ok(())),
        (duel, 3, true, size(3, 1, 2)),
    ];
    for (game, players, has_roster, expected) in cases {
        let team = TeamFacts { size: players, has_roster };
        assert_eq!(game.validate_team(&team), expected, "{players} of {}", game.name);
    }
}

#[test]
fn a_plugin_without_a_name_is_refused_and_a_replaced_one_is_reported() {
    let registry = PluginRegistry::new();
    let game = Sized { name: "squad", min: 5, max: 7, solo: false, roster: true };
    for name in ["", "  "] {
        let nameless = registry.register(Arc::new(Sized { name, ..game }));
        assert_eq!(nameless, Err(RegisterError::EmptyName));
    }
    assert_eq!(registry.register(Arc::new(game)), Ok(Registered::New));
    assert_eq!(registry.register(Arc::new(Sized { max: 6, ..game })), Ok(Registered::Replaced));
    assert_eq!(registry.get("squad").map(|game| game.max_team_size()), Some(6));
    registry.register(Arc::new(Sized { name: "duel", ..game })).expect("it has a name");
    registry.disable("duel");
    let figures = registry.statistics();
    assert_eq!((figures.total_plugins, figures.enabled, figures.disabled), (2, 1, 1));
    assert_eq!(figures.plugin_names, ["duel", "squad"]);
    assert!(registry.unregister("duel") && !registry.unregister("duel"));
    assert!(!registry.enable("duel") && !registry.disable("duel"));
}

#[test]
fn a_plugins_default_match_configuration_is_valid() {
    let game = Sized { name: "squad", min: 5, max: 7, solo: false, roster: true };
    assert_eq!(game.validate_match_config(&game.default_match_config()), Ok(()));
    let refusal = game.validate_match_config(&json!({"best_of": 2})).expect_err("2 is even");
    assert!(refusal.to_string().contains("best_of"), "{refusal}");
    assert_eq!(game.format_match_result(&json!({"a": 13, "b": 9})), "13–9");
    assert_eq!((game.rules_template(), game.player_stats()), (None, vec![]));
}

fn request(endpoint: &str, actor: Actor) -> Request {
    Request::new(endpoint, Method::Create, json!({"password": "hunter2"}), actor)
}

#[tokio::test]
async fn an_endpoint_lets_in_whom_it_declares_and_nobody_else() {
    let gateway = Gateway::default();
    let calls = Arc::new(AtomicU32::new(0));
    for (endpoint, access) in [("open", Access::Public), ("mine", Access::User), ("ours", Access::Staff)] {
        let calls = Arc::clone(&calls);
        gateway.register(endpoint, "v1", access, move |_| {
            calls.fetch_add(1, Ordering::Relaxed);
            async { Ok(Value::Null) }
        });
    }
    let cases = [
        (Actor::Anonymous, [200, 401, 401]),
        (Actor::user(1), [200, 200, 403]),
        (Actor::staff(2), [200, 200, 200]),
        (Actor::superuser(3), [200, 200, 200]),
        (Actor::System, [200, 200, 200]),
    ];
    let mut admitted = 0;
    for (actor, statuses) in cases {
        for (endpoint, expected) in ["open", "mine", "ours"].into_iter().zip(statuses) {
            let outcome = gateway.call(request(endpoint, actor)).await;
            let status = outcome.map_or_else(|refusal| refusal.status(), |_| 200);
            assert_eq!(status, expected, "{actor} at {endpoint}");
            admitted += u32::from(status == 200);
            assert_eq!(calls.load(Ordering::Relaxed), admitted, "a refused call runs nothing");
        }
    }
}

#[tokio::test]
async fn a_stranger_reads_refusals_but_never_the_cause_of_a_failure() {
    #[derive(Debug, thiserror::Error)]
    #[error("cannot pay")]
    struct Outer(#[source] std::io::Error);

    let gateway = Gateway::default();
    gateway.register("pay", "v1", Access::Public, |_| async {
        let broken: Result<(), Outer> = Err(Outer(std::io::Error::other("row 5 of wallets")));
        broken?;
        Ok(Value::Null)
    });
    gateway.register("panic", "v1", Access::Public, |_| async { panic!("wallet table") });
    gateway.register("full", "v1", Access::Public, |_| async { Err(CallError::refused(409, "this cup is full")) });
    let causes = ["cannot pay: row 5 of wallets", "panicked: wallet table"];
    for (endpoint, cause) in ["pay", "panic"].into_iter().zip(causes) {
        let refusal = gateway.call(request(endpoint, Actor::Anonymous)).await.expect_err("it fails");
        let seen = format!("{refusal} {refusal:?}");
        assert!(!seen.contains("wallet") && !seen.contains("cannot pay"), "{seen}");
        let logged = gateway.request_log(1).remove(0);
        match (refusal, logged.outcome) {
            (Refusal::Failed { incident: told }, Some(Outcome::Failed { incident, message })) => {
                assert_eq!((told, message.as_str()), (incident, cause));
            }
            other => panic!("{other:?}"),
        }
    }
    let refusal = gateway.call(request("full", Actor::Anonymous)).await.expect_err("it is full");
    assert_eq!((refusal.status(), refusal.to_string().as_str()), (409, "this cup is full"));
}

#[tokio::test]
async fn the_request_log_is_bounded_and_keeps_no_particulars() {
    let gateway = Gateway::default();
    gateway.register("echo", "v1", Access::Public, |call: kernel::gateway::Call| async { Ok(call.request.data) });
    let endless = "x".repeat(10_000);
    for _ in 0..LOG_LIMIT + 3 {
        gateway.call(request("echo", Actor::user(4))).await.expect("it answers");
    }
    gateway.call(request(&endless, Actor::Anonymous)).await.expect_err("unknown");
    assert_eq!(gateway.statistics().request_log_size, 1_000);
    let log = gateway.request_log(usize::MAX);
    assert_eq!(log.len(), LOG_LIMIT);
    assert_eq!((log[0].actor, log[0].method), (Actor::user(4), Method::Create));
    assert_eq!(log[0].outcome, Some(Outcome::Done));
    let last = log.last().expect("it is not empty");
    assert_eq!(last.endpoint.len(), 100, "a stranger cannot fill the memory");
    assert!(matches!(last.outcome, Some(Outcome::Refused { status: 404, .. })));
    let all = format!("{log:?}");
    assert!(!all.contains("hunter2"), "particulars are not kept");
}

#[tokio::test]
async fn handlers_may_call_on_and_change_the_gateway() {
    let gateway = Arc::new(Gateway::default());
    let inner = Arc::clone(&gateway);
    gateway.register("outer", "v1", Access::Public, move |_| {
        let gateway = Arc::clone(&inner);
        async move {
            gateway.register("inner", "v1", Access::Public, |_| async { Ok(json!("deep")) });
            assert_eq!(gateway.unregister("outer", Some("v1")), 1);
            let answer = gateway.call(request("inner", Actor::System)).await;
            answer.map_err(CallError::from)
        }
    });
    let call = gateway.call(request("outer", Actor::Anonymous));
    let answer = tokio::time::timeout(Duration::from_secs(10), call).await.expect("no deadlock");
    assert_eq!(answer, Ok(json!("deep")));
    assert_eq!(gateway.list().into_keys().collect::<Vec<_>>(), ["inner"]);
}

#[test]
fn endpoints_are_withdrawn_by_version_or_whole_and_a_replaced_one_is_reported() {
    let gateway = Gateway::default();
    let serve = |endpoint: &str, version: &str| {
        gateway.register(endpoint, version, Access::Public, |_| async { Ok(Value::Null) })
    };
    for (endpoint, version) in [("a", "v1"), ("a", "v2"), ("b", "v1"), ("b", "v2")] {
        assert!(!serve(endpoint, version));
    }
    assert!(serve("a", "v1"), "it was replaced");
    let figures = gateway.statistics();
    assert_eq!((figures.total_endpoints, figures.total_versions), (2, 4));
    assert_eq!(figures.endpoints, ["a", "b"]);
    assert_eq!(gateway.unregister("a", Some("v1")), 1);
    assert_eq!(gateway.unregister("a", Some("v1")), 0);
    assert_eq!(gateway.list()["a"], ["v2"]);
    assert_eq!(gateway.unregister("a", Some("v2")), 1);
    assert!(!gateway.list().contains_key("a"), "an endpoint without versions is gone");
    assert_eq!(gateway.unregister("b", None), 2);
    assert_eq!(gateway.unregister("b", None), 0);
    assert_eq!(gateway.statistics().total_versions, 0);
}

/// All parts may be shared between threads.
#[test]
fn every_part_is_send_and_sync() {
    fn shared<T: Send + Sync>() {}
    shared::<EventBus>();
    shared::<ServiceRegistry>();
    shared::<PluginRegistry>();
    shared::<Gateway>();
    shared::<kernel::Db>();
    shared::<kernel::Tx>();
}

/// A door is told more than data: the status, whether it is an old answer, and what is wrong for programs; and the
/// handler is told by which door the call came.
#[tokio::test]
async fn doors_and_handlers_tell_each_other_more_than_data() {
    use kernel::gateway::{Origin, Reply};

    let gateway = Gateway::default();
    gateway.register_replying("cups.make", "v1", Access::Public, |call| async move {
        match call.request.origin.key.as_deref() {
            Some(key) => Ok(Reply { status: 201, data: json!({ "key": key }), replayed: true }),
            None => Err(CallError::Refused {
                status: 422,
                message: "no key".to_owned(),
                particulars: json!({ "code": "no-key" }),
            }),
        }
    });
    gateway.register("cups.list", "v1", Access::Public, |_| async { Ok(json!([])) });
    let make = || Request::new("cups.make", Method::Create, json!({}), Actor::Anonymous);
    let origin = Origin { key: Some("k".to_owned()), ..Origin::default() };
    let reply = gateway.ask(make().by_way_of(origin)).await.expect("an answer");
    assert_eq!((reply.status, reply.replayed, reply.data), (201, true, json!({ "key": "k" })));
    let refusal = gateway.ask(make()).await.expect_err("no key");
    assert!(
        matches!(refusal, Refusal::Refused { status: 422, ref particulars, .. } if particulars["code"] == "no-key")
    );
    let list = gateway.ask(Request::new("cups.list", Method::Get, json!({}), Actor::Anonymous)).await.expect("a list");
    assert_eq!((list.status, list.replayed), (200, false));
}
