//! Files of every sort are sent to a page that takes them, over TCP, and fetched again.

use std::{io::Cursor, net::SocketAddr, sync::Arc};

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage, RgbaImage, metadata::Orientation};
use kernel::{
    Db, DbError, SystemRandom, TestClock,
    live::{Live, LiveOptions},
};
use serde::Deserialize;
use testkit::{
    Kind as Database, TestDatabase,
    http::{Client, Method, Upload},
};
use tokio::net::TcpListener;

use super::{FILE_LIMIT, FileForm, Kinds, accept};
use crate::{
    csrf::Csrf,
    doors::Doors,
    error::Trouble,
    session::Person,
    site::{Metrics, Shared, Site, assemble},
};

#[path = "../../../accounts/tests/support/mod.rs"]
mod support;

const PASSWORD: &str = "river lamp cactus";

async fn migrated(kind: Database) -> Option<TestDatabase> {
    support::migrated(kind, crate::project()).await
}

#[derive(Deserialize)]
struct Fields {
    note: String,
}

async fn form(csrf: Csrf) -> Response {
    axum::response::Html(format!("<input type=\"hidden\" name=\"csrf\" value=\"{}\">", csrf.token())).into_response()
}

/// What a page does that takes a file.
async fn give(
    State(shared): State<Shared>,
    person: Option<Person>,
    FileForm { fields, files }: FileForm<Fields>,
) -> Result<Response, Trouble> {
    let Some(file) = files.into_iter().find(|file| file.field == "file") else {
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, "no file").into_response());
    };
    let file = match accept(file, Kinds::PicturesAndPdf).await {
        Ok(file) => file,
        Err(refusal) => {
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, axum::response::Html(refusal.to_string())).into_response());
        }
    };
    let new = file.into_upload(&fields.note, person.map(|person| person.0.user.id));
    let (clock, random) = (&*shared.clock, &*shared.random);
    let stored = shared.db.write(|tx| {
        let new = new.clone();
        async move { kernel::upload::store(&tx, clock, random, new).await }
    });
    let token: Result<String, DbError> = stored.await;
    Ok(token?.into_response())
}

struct Served {
    address: SocketAddr,
}

async fn serve(database: &TestDatabase) -> Served {
    let db = support::open(database).await;
    let site = Site {
        db: db.clone(),
        clock: Arc::new(TestClock::at_text("2026-03-01T18:00:00Z")),
        random: Arc::new(SystemRandom),
        secure: false,
        metrics: Metrics::Off,
        live: Live::start(db, LiveOptions::default()).await.expect("the outbox can be read"),
    };
    let doors = Doors::default()
        .files("public", |_: Db, _, _| async { Ok(true) })
        .files("own", |_: Db, who, head| async move { Ok(who.is_some() && who == head.owner_id) });
    let takes = Router::new().route("/try", get(form).post(give));
    let router = assemble(Shared::new(site, doors), takes);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    tokio::spawn(async move { axum::serve(listener, router).await });
    Served { address }
}

impl Served {
    fn visitor(&self) -> Client {
        Client::new(self.address)
    }

    fn member(&self, name: &str) -> Client {
        let visitor = self.visitor();
        let token = visitor.get("/sign-up").expect(200).hidden("csrf").expect("a token");
        let email = format!("{name}@example.org");
        let fields = [
            ("csrf", &*token),
            ("username", name),
            ("email", &email),
            ("password", PASSWORD),
            ("password_again", PASSWORD),
        ];
        let _ = visitor.post("/sign-up", &fields).expect(303);
        visitor
    }
}

/// Sends a file as this type for this purpose; status and text of the answer.
fn send(visitor: &Client, purpose: &str, name: &str, content_type: &str, bytes: &[u8]) -> (u16, String) {
    let token = visitor.get("/try").expect(200).hidden("csrf").expect("a token");
    let fields = [("csrf", &*token), ("note", purpose)];
    let answer = visitor.upload("/try", &fields, Upload { field: "file", name, content_type, bytes });
    (answer.status(), answer.text())
}

/// A picture that no compression makes small.
fn noise(width: u32, height: u32) -> DynamicImage {
    let mut state = 1u32;
    let mut pixels = RgbImage::new(width, height);
    for pixel in pixels.pixels_mut() {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [a, b, c, _] = state.to_be_bytes();
        *pixel = Rgb([a, b, c]);
    }
    pixels.into()
}

fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).expect("it can be encoded");
    bytes.into_inner()
}

/// A PNG that says it has so many pixels, and has none.
fn bomb(width: u32, height: u32) -> Vec<u8> {
    let mut png = encoded(&DynamicImage::new_rgb8(1, 1), ImageFormat::Png);
    png[16..20].copy_from_slice(&width.to_be_bytes());
    png[20..24].copy_from_slice(&height.to_be_bytes());
    let sum = crc(&png[12..29]);
    png[29..33].copy_from_slice(&sum.to_be_bytes());
    png
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xEDB8_8320 } else { sum >> 1 })
    })
}

const EVIL: &[u8] = b"<script>alert(document.cookie)</script>PK\x05\x06";

testkit::on_both! {
    from migrated;

    async fn pictures_are_drawn_anew_and_served_as_nothing_else(database: &TestDatabase) {
        let site = serve(database).await;
        let visitor = site.visitor();
        let picture = noise(40, 30);
        for (format, media, stored) in [
            (ImageFormat::Png, "image/png", "image/png"),
            (ImageFormat::Jpeg, "image/jpeg", "image/jpeg"),
            (ImageFormat::WebP, "image/webp", "image/jpeg"),
        ] {
            let mut sent = encoded(&picture, format);
            // Something rides along.
            sent.extend_from_slice(EVIL);
            let (status, token) = send(&visitor, "public", "../../etc/my photo.html", media, &sent);
            assert_eq!(status, 200, "{media}: {token}");
            let got = visitor.get(&format!("/uploads/{token}")).expect(200);
            assert_eq!(got.header("content-type"), Some(stored), "{media}");
            let ending = if stored == "image/png" { "png" } else { "jpg" };
            let expected = format!("inline; filename=\"my photo.{ending}\"; filename*=UTF-8''my%20photo.{ending}");
            assert_eq!(got.header("content-disposition"), Some(&*expected));
            assert_eq!(got.header("x-content-type-options"), Some("nosniff"));
            assert_eq!(got.header("content-security-policy"), Some("default-src 'none'; sandbox; frame-ancestors 'none'"));
            assert_eq!(got.header("cache-control"), Some("private, max-age=300"));
            let drawn = image::load_from_memory(got.bytes()).expect("a picture");
            assert_eq!((drawn.width(), drawn.height()), (40, 30));
            let found = |needle: &[u8]| got.bytes().windows(needle.len()).any(|window| window == needle);
            assert!(!found(b"<script>") && !found(b"PK\x05\x06"), "{media}: what rode along is gone");
        }
        let clear = encoded(&RgbaImage::new(4, 4).into(), ImageFormat::WebP);
        let (status, token) = send(&visitor, "public", "a.webp", "image/webp", &clear);
        assert_eq!(status, 200, "{token}");
        let got = visitor.get(&format!("/uploads/{token}")).expect(200);
        assert_eq!(got.header("content-type"), Some("image/png"), "what is transparent stays so");
    }

    async fn what_a_file_is_counts_and_not_what_it_says(database: &TestDatabase) {
        let site = serve(database).await;
        let visitor = site.visitor();
        let png = encoded(&noise(4, 4), ImageFormat::Png);
        let mut cut = encoded(&noise(64, 64), ImageFormat::Jpeg);
        cut.truncate(40);
        for (name, media, bytes, text) in [
            ("a.jpg", "image/jpeg", &*png, "says it is image/jpeg but is image/png"),
            ("a.png", "text/html", &*png, "says it is text/html"),
            ("a.png", "image/png", &b"<html><script>alert(1)</script>"[..], "This is no PNG"),
            ("a.svg", "image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "This is no PNG"),
            ("a.gif", "image/gif", b"GIF89a\x01\x00\x01\x00", "This is no PNG"),
            ("a.png", "image/png", &png[..20], "damaged"),
            ("a.jpg", "image/jpeg", &cut, "damaged"),
            ("a.png", "image/png", &b"\x89PNG\r\n\x1a\n<script>"[..], "damaged"),
            ("a.png", "image/png", &b""[..], "Choose a file."),
            ("a.pdf", "application/pdf", b"%PDF-1.7\n...\n%%EOF\nPK\x03\x04", "holds something else"),
            ("a.pdf", "application/pdf", b"<html>%PDF-1.7\n%%EOF", "This is no PNG"),
        ] {
            let (status, said) = send(&visitor, "public", name, media, bytes);
            assert_eq!(status, 422, "{name} {media}: {said}");
            assert!(said.contains(text), "{name} {media}: {said}");
        }
    }

    async fn documents_are_for_the_disk(database: &TestDatabase) {
        let site = serve(database).await;
        let visitor = site.visitor();
        let pdf = b"%PDF-1.7\n1 0 obj <</S /JavaScript>> endobj\n%%EOF\n";
        let (status, token) = send(&visitor, "public", "receipt", "application/pdf", pdf);
        assert_eq!(status, 200, "{token}");
        let got = visitor.get(&format!("/uploads/{token}")).expect(200);
        assert!(got.header("content-disposition").is_some_and(|how| how.starts_with("attachment; filename=\"receipt.pdf\"")));
        assert_eq!((got.header("content-type"), got.bytes()), (Some("application/pdf"), &pdf[..]));
    }

    async fn pixels_are_counted_before_they_are_drawn(database: &TestDatabase) {
        let site = serve(database).await;
        let visitor = site.visitor();
        for (width, height) in [(60_000, 60_000), (8_193, 1), (8_000, 8_000), (u32::MAX >> 1, 2)] {
            let (status, said) = send(&visitor, "public", "a.png", "image/png", &bomb(width, height));
            assert_eq!(status, 422, "{width} × {height}: {said}");
            assert!(said.contains("too large") || said.contains("damaged"), "{width} × {height}: {said}");
        }
        // A flat picture of many pixels is a small file too.
        let flat = encoded(&DynamicImage::new_luma8(8_000, 6_000), ImageFormat::Png);
        let (status, said) = send(&visitor, "public", "a.png", "image/png", &flat);
        assert!(status == 422 && said.contains("8000 × 6000"), "{} bytes: {said}", flat.len());
    }

    async fn a_form_is_cut_off_at_its_bound_and_told_so(database: &TestDatabase) {
        let site = serve(database).await;
        let visitor = site.visitor();
        for size in [FILE_LIMIT + 1, FILE_LIMIT * 3] {
            let (status, page) = send(&visitor, "public", "a.png", "image/png", &vec![0x89; size]);
            assert_eq!(status, 413, "{size}");
            assert!(page.contains("A file may have 5 MiB at most"), "{page}");
        }
        // Many small ones are one large one.
        let token = visitor.get("/try").expect(200).hidden("csrf").expect("a token");
        let part = |name: &str, bytes: &str| format!("--x\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"a\"\r\n\r\n{bytes}\r\n");
        let mut body = format!("--x\r\ncontent-disposition: form-data; name=\"csrf\"\r\n\r\n{token}\r\n");
        for number in 0..4 {
            body.push_str(&part(&format!("f{number}"), &"a".repeat(FILE_LIMIT / 2)));
        }
        body.push_str("--x--\r\n");
        let media = [("content-type", "multipart/form-data; boundary=x")];
        let answer = visitor.send(Method::POST, "/try", &media, Some(body.as_bytes()));
        assert_eq!(answer.status(), 413);
        assert_eq!(visitor.get("/try").status(), 200, "the server goes on");
    }

    async fn a_form_without_its_token_leaves_nothing(database: &TestDatabase) {
        let site = serve(database).await;
        let visitor = site.visitor();
        let png = encoded(&noise(4, 4), ImageFormat::Png);
        let file = Upload { field: "file", name: "a.png", content_type: "image/png", bytes: &png };
        let token = visitor.get("/try").expect(200).hidden("csrf").expect("a token");
        for (what, fields) in [
            ("without", vec![("note", "public")]),
            ("wrong", vec![("csrf", "0123456789abcdef0123456789abcdef"), ("note", "public")]),
            ("late", vec![("note", "public"), ("csrf", &token)]),
        ] {
            assert_eq!(visitor.upload("/try", &fields, file).status(), 403, "{what}");
        }
        let fields = [("csrf", &*token), ("note", "public")];
        let foreign = site.visitor().with_header("sec-fetch-site", "cross-site");
        assert_eq!(foreign.upload("/try", &fields, file).status(), 403, "from another site");
        assert_eq!(visitor.post("/try", &fields).status(), 415, "no form with files");
        let answer = visitor.send(Method::POST, "/try", &[("content-type", "multipart/form-data; boundary=x")], Some(b"--x\r\nnonsense"));
        assert_eq!(answer.status(), 422);
        assert_eq!(visitor.upload("/try", &fields, file).status(), 200);
        assert_eq!(visitor.upload("/sign-in", &fields, file).status(), 415, "pages that take none");
    }

    async fn files_are_for_those_the_door_lets_in(database: &TestDatabase) {
        let site = serve(database).await;
        let (ann, bob) = (site.member("ann"), site.member("bob"));
        let png = encoded(&noise(4, 4), ImageFormat::Png);
        let (status, own) = send(&ann, "own", "a.png", "image/png", &png);
        assert_eq!(status, 200, "{own}");
        let (_, unknown) = send(&ann, "nobody knows what for", "a.png", "image/png", &png);
        let path = |token: &str| format!("/uploads/{token}");
        assert_eq!(ann.get(&path(&own)).status(), 200);
        for (visitor, token) in [(&bob, &*own), (&site.visitor(), &*own), (&ann, &*unknown), (&ann, "0000")] {
            assert_eq!(visitor.get(&path(token)).status(), 404, "{token}");
        }
    }
}

#[test]
fn a_photograph_stands_upright_and_tells_no_place() {
    // An EXIF block: turned by a right angle, and a text that stands for a place.
    let tiff = [
        &b"II*\x00\x08\x00\x00\x00"[..],
        &[1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0],
        b"GPS 23.8103 N",
    ]
    .concat();
    let exif = [b"Exif\0\0", &*tiff].concat();
    let mut photo = encoded(&noise(40, 20), ImageFormat::Jpeg);
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    let block = [&[0xFF, 0xE1], &length[..], &exif].concat();
    photo.splice(2..2, block);
    let (_, drawn) = super::picture::draw_anew(&photo, super::kind::Kind::Jpeg).expect("it is drawn");
    let upright = image::load_from_memory(&drawn).expect("a picture");
    assert_eq!((upright.width(), upright.height()), (20, 40), "{:?} is undone", Orientation::Rotate90);
    assert!(!drawn.windows(4).any(|window| window == b"GPS " || window == b"Exif"));
}
