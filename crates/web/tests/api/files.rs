//! Files through the API: what is taken, whose it is, and who gets to see it.

use base64ct::{Base64, Encoding as _};
use image::{ImageFormat, RgbImage};
use serde_json::{Value, json};
use std::io::Cursor;
use testkit::TestDatabase;

use crate::served::{Caller, Served, migrated, problem, serve};

fn png(width: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    // Noise, which no compression makes small.
    let noise = |x: u32, y: u32| (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503)).to_le_bytes();
    let picture = RgbImage::from_fn(width, width, |x, y| image::Rgb([noise(x, y)[0], noise(x, y)[1], noise(y, x)[2]]));
    picture.write_to(&mut bytes, ImageFormat::Png).expect("a picture");
    bytes.into_inner()
}

fn receipt(bytes: &[u8]) -> Value {
    json!({
        "purpose": "payment_proof",
        "file_name": "receipt.png",
        "content_type": "image/png",
        "content": Base64::encode_string(bytes),
    })
}

async fn somebody(site: &Served, name: &str) -> Caller {
    site.by(site.world.person(name).await.user).await
}

testkit::on_both! {
    from migrated;

    async fn a_receipt_is_sent_and_seen_by_who_checks_it(database: &TestDatabase) {
        let site = serve(database).await;
        let world = &site.world;
        let cup = world.cup(&world.paid(8)).await;
        let (ann, bob) = (somebody(&site, "ann").await, somebody(&site, "bob").await);
        // Longer than any body that carries no file.
        let picture = png(300);
        assert!(picture.len() > 64 * 1024, "{}", picture.len());
        let token = ann.post("/uploads", &receipt(&picture)).expect(201).json()["token"].clone();
        let entry = ann.post(&format!("/tournaments/{}/entries", cup.slug), &json!({})).expect(201).json()["id"].clone();
        let payment = json!({
            "method": "bkash", "amount": 50_000, "transaction_id": "8N7A6B5C4D", "payer_account": "01712345678", "proof": token,
        });
        let other = bob.post(&format!("/tournaments/{}/entries", cup.slug), &json!({})).expect(201).json()["id"].clone();
        let stolen = bob.post(&format!("/entries/{other}/payments"), &payment);
        assert_eq!(stolen.json()["errors"][0]["code"], "proof-gone", "a receipt is its owner's");
        let payment = ann.post(&format!("/entries/{entry}/payments"), &payment).expect(201).json()["id"].clone();
        let path = format!("/payments/{payment}/receipt");
        let seen = site.by(world.organizer.user).await.get(&path).expect(200).json();
        assert_eq!((&seen["file_name"], &seen["content_type"]), (&json!("receipt.png"), &json!("image/png")));
        let bytes = Base64::decode_vec(seen["content"].as_str().expect("text")).expect("Base64");
        let (sent, kept) = (image::load_from_memory(&picture), image::load_from_memory(&bytes));
        assert_eq!(sent.expect("a picture").into_rgb8(), kept.expect("a picture").into_rgb8());
        assert_eq!(problem(&bob.get(&path)), "not-allowed");
    }

    async fn the_same_key_stores_a_file_once(database: &TestDatabase) {
        let site = serve(database).await;
        let ann = somebody(&site, "ann").await.key("receipt-1");
        let first = ann.post("/uploads", &receipt(&png(8))).expect(201);
        let again = ann.post("/uploads", &receipt(&png(8))).expect(201);
        assert_eq!((again.text(), again.header("idempotent-replayed")), (first.text(), Some("true")));
        let other = ann.post("/uploads", &receipt(&png(9)));
        assert_eq!((other.status(), problem(&other).as_str()), (422, "idempotency-key-reused"));
    }

    async fn what_is_no_file_is_not_taken(database: &TestDatabase) {
        let site = serve(database).await;
        let ann = somebody(&site, "ann").await;
        let with = |name: &str, value: Value| {
            let mut body = receipt(&png(8));
            body[name] = value;
            body
        };
        for (body, field, code) in [
            (with("content", json!("not base64!")), "content", "base64"),
            (with("content", json!("")), "content", "empty"),
            (with("content", json!(Base64::encode_string(b"<script>"))), "content", "unknown"),
            (with("content_type", json!("application/pdf")), "content", "disguised"),
            (with("content", json!(Base64::encode_string(b"%PDF-1.4 without an end"))), "content", "disguised"),
            (with("purpose", json!("avatar")), "purpose", "value"),
        ] {
            let answer = ann.post("/uploads", &body);
            assert_eq!((answer.status(), problem(&answer).as_str()), (422, "invalid"), "{}", answer.text());
            let error = &answer.json()["errors"][0];
            assert_eq!((error["field"].as_str(), error["code"].as_str()), (Some(field), Some(code)), "{error}");
        }
        let long = receipt(&vec![0; 5 * 1024 * 1024 + 1]);
        assert_eq!(ann.post("/uploads", &long).json()["errors"][0]["code"], "long");
        let stranger = site.stranger().post("/uploads", &receipt(&png(8)));
        assert_eq!((stranger.status(), problem(&stranger).as_str()), (401, "sign-in-required"));
        let method = ann.ask("DELETE", "/uploads", None);
        assert_eq!((method.status(), problem(&method).as_str()), (405, "method-not-allowed"));
    }
}
