//! The parts that pages are made of, all on one page, and a page that follows the news: in a browser, on a wide
//! screen and on a phone, dark and light, under the policy of the site.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use axum::{
    Router,
    http::{HeaderName, header},
    response::Html,
    routing::get,
};
use brackets::{
    Command, Elimination, EntrantId, Final, Format, Game, Lengths, MatchId, Setup, Side, Stage, Swiss, entrants,
};
use kernel::{DbError, Event, outbox};
use serde::{Deserialize, Serialize};
use testkit::{Kind, TestDatabase, browser::Browser};
use web::{
    Doors,
    bracket::{Drawing, EntrantView, MatchView, StageView},
};

use crate::{
    browser::{MISLAID, SMALL, pictures},
    served::{Served, migrated, serve, serve_beside},
};

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Played {}

impl Event for Played {
    const TYPE: &'static str = "test.played";
}

type Page = ([(HeaderName, String); 1], Html<String>);

/// The frame and the policy of the site's own pages, around a page of the test.
struct Frame {
    before: String,
    after: String,
    policy: String,
}

impl Frame {
    async fn of(database: &TestDatabase) -> Self {
        let site = serve(database).await;
        let home = site.visitor().get("/").expect(200);
        let policy = home.header("content-security-policy").expect("a policy").to_owned();
        let text = home.text();
        let (before, rest) = text.split_once("<main").expect("a main part");
        let (_, after) = rest.split_once("</main>").expect("its end");
        Self { before: before.to_owned(), after: after.to_owned(), policy }
    }

    fn page(&self, attributes: &str, body: &str) -> Page {
        let page = format!(
            "{}<main id=\"main\" class=\"wrap wide-page\"{attributes}>{body}</main>{}",
            self.before, self.after
        );
        ([(header::CONTENT_SECURITY_POLICY, self.policy.clone())], Html(page))
    }
}

fn named(who: EntrantId) -> EntrantView {
    let names = ["Falcons", "Lions of the Far and Frozen North", "Wolves", "Ravens"];
    let name = names.get(who.0 as usize - 1).map_or_else(|| format!("Team {}", who.0), |name| (*name).to_owned());
    EntrantView { name, link: Some(format!("/teams/{}", who.0)), own: who.0 == 3 }
}

fn linked(id: MatchId) -> MatchView {
    MatchView { link: Some(format!("/matches/{id}")), at: None, note: String::new() }
}

fn drawn(count: u32, format: Format) -> String {
    let mut stage = Stage::new(Setup { entrants: entrants(count), format }).expect("it can be made");
    let _ = stage.apply_mut(Command::Pair { seed: 1, rematches: false });
    for fixture in stage.fixtures().filter(|fixture| fixture.status == brackets::Status::Ready).collect::<Vec<_>>() {
        let games = vec![Game::won_by(Side::A); usize::from(fixture.series.needed())];
        let between = fixture.pair().expect("two sides");
        stage.apply_mut(Command::Report { at: fixture.id, between, games }).expect("it can be reported");
    }
    let view = StageView::of(&stage, "", named, linked);
    [Drawing::of_stage(view.clone()).html(), view.standings_html()].concat()
}

fn run(body: impl AsyncFnOnce(&TestDatabase, &Browser, Frame)) {
    testkit::database::run_on(
        async || migrated(Kind::Sqlite).await,
        async |database: &TestDatabase| {
            let Some(browser) = Browser::start().await else { return };
            let frame = Frame::of(database).await;
            body(database, &browser, frame).await;
        },
    );
}

/// Contrast of every text against what lies under it, as WCAG counts; those below 4.5 (3 for large ones).
const PALE: &str = r"
    const parse = (c) => { const m = c.match(/[\d.]+/g).map(Number); return { r: m[0], g: m[1], b: m[2], a: m[3] ?? 1 }; };
    const light = ({ r, g, b }) => { const f = (v) => { v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; }; return .2126 * f(r) + .7152 * f(g) + .0722 * f(b); };
    const over = (t, u) => ({ r: t.r * t.a + u.r * (1 - t.a), g: t.g * t.a + u.g * (1 - t.a), b: t.b * t.a + u.b * (1 - t.a), a: 1 });
    const ground = (e) => { const layers = []; for (; e; e = e.parentElement) { const s = getComputedStyle(e); if (s.backgroundImage.includes('gradient')) return null; const c = parse(s.backgroundColor); layers.push(c); if (c.a === 1) break; } return layers.reverse().reduce((u, t) => over(t, u), { r: 255, g: 255, b: 255, a: 1 }); };
    const pale = new Set();
    for (const e of document.querySelectorAll('main *')) {
        if (![...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()) || e.closest('svg, option, [disabled]') || e.closest('label')?.querySelector(':disabled')) continue;
        const s = getComputedStyle(e); const under = ground(e); if (!under || s.visibility === 'hidden') continue;
        const [x, y] = [light(over(parse(s.color), under)), light(under)].sort((p, q) => q - p);
        const ratio = (x + .05) / (y + .05); const size = parseFloat(s.fontSize);
        if (ratio < (size >= 24 || (size >= 18.66 && s.fontWeight >= 700) ? 3 : 4.5)) pale.add(`${e.tagName}.${e.className} ${ratio.toFixed(2)} ${e.textContent.trim().slice(0, 20)}`);
    }
    return [...pale];";

/// What lies beyond the right edge, but for what scrolls within a frame of its own.
fn mislaid() -> String {
    MISLAID.replace("e.closest('svg')", "e.closest('svg, .tree, .rounds, .scroll, .tabs, .visually-hidden, option')")
}

#[test]
fn the_parts_of_pages_fit_and_can_be_read_in_both_schemes() {
    run(async |database, browser, frame| {
        let (directory, _removed) = pictures();
        let double = Format::Elimination {
            kind: Elimination::Double { grand_final: Final::Reset },
            lengths: Lengths::best_of(3),
            places: None,
        };
        let body = [
            include_str!("gallery.html"),
            &drawn(11, double),
            &drawn(8, Format::Swiss(Swiss::rounds(3))),
            &drawn(5, Format::RoundRobin(brackets::RoundRobin::default())),
        ]
        .concat();
        let page = frame.page("", &body);
        let pages = Router::new().route("/gallery", get(move || async move { page }));
        let site = serve_beside(database, Doors::default(), pages).await;
        for scheme in ["dark", "light"] {
            let feature = serde_json::json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
            browser.cdp().send_raw("Emulation.setEmulatedMedia", feature).await.expect("a scheme");
            for (screen, phone) in [("wide", false), ("phone", true)] {
                if phone {
                    browser.be_phone().await
                } else {
                    browser.resize(1280, 900).await
                }
                site.open(browser, "/gallery").await;
                browser.shoot(&directory.join(format!("gallery-{scheme}-{screen}.png"))).await;
                for script in [mislaid().as_str(), SMALL, PALE] {
                    let found = browser.execute(script, Vec::new()).await.expect("it can be measured").json().clone();
                    assert_eq!(found, serde_json::json!([]), "{scheme}, on a {screen} screen");
                }
            }
        }
        let errors = browser.console_errors().await;
        assert!(errors.is_empty(), "{errors:?}");
    });
}

async fn tell(site: &Served) {
    let told: Result<(), DbError> =
        site.db.write(|tx| async move { outbox::tell(&tx, &*site.clock, "tournament:7", Played {}).await }).await;
    told.expect("it is told");
}

#[test]
fn an_open_page_follows_the_news_and_disturbs_nobody() {
    run(async |database, browser, frame| {
        let score = Arc::new(AtomicU32::new(0));
        let (shown, frame) = (Arc::clone(&score), Arc::new(frame));
        let page = move || {
            let score = shown.load(Ordering::Relaxed);
            let only = |now: u32, part: &str| match score == now {
                true => format!("<section data-live-part={part}><p id={part}>{part}</p></section>"),
                false => String::new(),
            };
            let (gone, come, after) = (only(0, "gone"), only(1, "come"), only(1, "after"));
            let body = format!(
                "{gone}<section data-live-part=score data-live-name=Score><p id=score>Score {score}</p>\
                 <details id=more><summary>More</summary><p>details of {score}</p></details><a id=link href=\"/matches/1\">Match</a></section>{come}{after}\
                 <section data-live-part=talk><form><label>Say <input id=say name=say></label></form><p id=talk>Talk {score}</p></section>\
                 <p id=still>Still {score}</p>"
            );
            frame.page(" data-live=\"/live/tournaments/7\"", &body)
        };
        let pages = Router::new().route("/watch", get(move || async move { page() }));
        let doors = Doors::default().watch(|_, _, _| async { Ok(true) });
        let site = serve_beside(database, doors, pages).await;
        site.open(browser, "/watch").await;
        browser.find("main[data-live-state=on]").await;
        browser.click("#more summary").await;
        browser.find("#link").await.focus().await.expect("it can have the focus");

        score.store(1, Ordering::Relaxed);
        tell(&site).await;
        browser.wait_for_text("#score", "Score 1").await;
        let kept = "return [document.activeElement.id, document.querySelector('#more').open, document.querySelector('#still').textContent, document.querySelector('[role=status]').textContent]";
        let kept = browser.execute(kept, Vec::new()).await.expect("it can be asked").json().clone();
        assert_eq!(
            kept,
            serde_json::json!(["link", true, "Still 0", "Updated: Score."]),
            "focus, what was open, what is not live, the note"
        );

        // A part that is over goes, and those that come stand where the page anew has them.
        let order =
            "return [...document.querySelectorAll('[data-live-part]')].map(part => part.dataset.livePart).join(' ')";
        let order = browser.execute(order, Vec::new()).await.expect("it can be asked").json().clone();
        assert_eq!(order, "score come after talk");

        // Whoever writes is not disturbed; what was held back comes when the field is empty again.
        browser.fill("#say", "half a sen").await;
        score.store(2, Ordering::Relaxed);
        tell(&site).await;
        browser.wait_for_text("#score", "Score 2").await;
        assert_eq!(browser.text("#talk").await, "Talk 1");
        let typed = browser
            .execute("return document.querySelector('#say').value", Vec::new())
            .await
            .expect("a value")
            .json()
            .clone();
        assert_eq!(typed, "half a sen");
        browser
            .execute("const say = document.querySelector('#say'); say.value = ''; say.blur();", Vec::new())
            .await
            .expect("emptied");
        browser.wait_for_text("#talk", "Talk 2").await;

        let errors = browser.console_errors().await;
        assert!(errors.is_empty(), "{errors:?}");
    });
}

#[test]
fn a_bracket_is_walked_by_keyboard_and_lights_a_path() {
    run(async |database, browser, frame| {
        let body = drawn(128, Format::single_elimination());
        let page = frame.page("", &body);
        let pages = Router::new().route("/bracket", get(move || async move { page }));
        let site = serve_beside(database, Doors::default(), pages).await;
        site.open(browser, "/bracket").await;
        browser.execute("document.querySelector('#W1\\\\.1 a').focus()", Vec::new()).await.expect("focused");
        let mut walked = Vec::new();
        for key in ["ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight", "ArrowLeft", "ArrowUp"] {
            let press = format!(
                "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {{ key: '{key}', bubbles: true, cancelable: true }}));\
                 return document.activeElement.closest('article').id"
            );
            walked.push(browser.execute(&press, Vec::new()).await.expect("a key").json().clone());
        }
        assert_eq!(walked, ["W1.2", "W1.3", "W2.2", "W3.1", "W2.1", "W2.1"]);
        // Seed 128 is beyond those whose path the style sheet knows.
        let lit = "document.querySelector('#W1\\\\.1 .e128').dispatchEvent(new PointerEvent('pointerover', { bubbles: true })); return document.querySelectorAll('.lit').length";
        let lit = browser.execute(lit, Vec::new()).await.expect("it can be asked").json().clone();
        assert_eq!(lit, 1, "the one match of the last seed");
        let errors = browser.console_errors().await;
        assert!(errors.is_empty(), "{errors:?}");
    });
}
