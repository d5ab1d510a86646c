//! What changes before play: settings and their versions, questions, pictures, helpers, and the end.

use super::*;

testkit::on_both! {
    from migrated;

    async fn settings_are_changed_compared_and_taken_back(database: &TestDatabase) {
        let site = serve(database).await;
        let (olga, cora) = (site.member("olga"), site.member("cora"));
        let game = site.a_game().await;
        let desk = made(&olga, game, &[]);
        let at = |part: &str| format!("{desk}/{part}");
        goes_to(&fill(&olga, &at("settings"), &at("settings"), &[]), &format!("{desk}/settings?done=same"));
        assert_eq!(fill(&olga, &at("staff"), &at("staff"), &[("username", "nobody"), ("role", "referee")]).status(), 422);
        goes_to(&fill(&olga, &at("staff"), &at("staff"), &[("username", "@CORA"), ("role", "co_organizer")]), &format!("{desk}/staff?done=invited"));
        contains(&fill(&olga, &at("staff"), &at("staff"), &[("username", "cora"), ("role", "referee")]).expect(422).text(), &["was asked to help already", "value=\"cora\""]);
        // Asked is not yet agreed.
        assert_eq!(cora.get(&desk).status(), 404);
        goes_to(&cora.get("/tournaments/spring-cup/staff"), "/organize/invitations");
        goes_to(&olga.get("/tournaments/spring-cup/staff"), "/organize/spring-cup/staff");
        goes_to(&olga.get("/tournaments/spring-cup/manage?start=1"), "/organize/spring-cup");
        let asked = cora.get("/organize/invitations").expect(200);
        contains(&asked.text(), &["Spring Cup", "co-organizer"]);
        let member = staff_member::Entity::find().one(site.db.read()).await.expect("readable").expect("one").id;
        assert_eq!(submit(&olga, "/organize", &format!("/organize/invitations/{member}/accept"), &[]).status(), 403);
        goes_to(&submit(&cora, "/organize/invitations", &format!("/organize/invitations/{member}/accept"), &[]), "/organize");
        contains(&cora.get("/organize").expect(200).text(), &["Spring Cup", "Held by olga"]);

        // Two change at once: the second sees both changes and loses nothing.
        let form = form_of(&olga.get(&at("settings")).expect(200), &at("settings"));
        goes_to(&fill(&cora, &at("settings"), &at("settings"), &[("name", "Cora's Cup"), ("max_participants", "8")]), &format!("{desk}/settings?done=saved"));
        let mut mine: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        mine.retain(|(name, _)| !["name", "rules_text"].contains(name));
        mine.extend([("name", "Olga's Cup"), ("rules_text", "Be kind.")]);
        let both = olga.post(&at("settings"), &mine);
        assert_eq!(both.status(), 409, "{}", both.text());
        contains(&both.text(), &["What somebody else changed", "Cora&#39;s Cup", "<b>Olga&#39;s Cup</b>", "not changed by you", ">Be kind.</textarea>", "name=\"max_participants\" type=\"number\" value=\"8\""]);
        let again = form_of(&both, &at("settings"));
        let again: Vec<(&str, &str)> = again.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        goes_to(&olga.post(&at("settings"), &again), &format!("{desk}/settings?done=saved"));
        let cup = site.tournament("spring-cup").await;
        assert_eq!((&*cup.name, cup.max_participants, &*cup.rules_text), ("Olga's Cup", 8, "Be kind."));

        // Versions: what changed, and back.
        contains(&olga.get(&at("versions")).expect(200).text(), &["Changed: name, places", "cora"]);
        let newest = cup.current_version;
        contains(&olga.get(&at(&format!("versions/diff?from={}&to={newest}", newest - 1))).expect(200).text(), &["Cora&#39;s Cup", "Olga&#39;s Cup", "Be kind."]);
        assert_eq!(olga.get(&at("versions/diff?from=1&to=99")).status(), 404);
        let back = at(&format!("versions/{}/restore", newest - 2));
        let ask = olga.get(&back).expect(200);
        contains(&ask.text(), &["name: Olga&#39;s Cup → Spring Cup"]);
        goes_to(&confirm(&olga, &ask, &back, ""), &format!("{desk}/versions?done=restored"));
        let cup = site.tournament("spring-cup").await;
        assert_eq!((&*cup.name, cup.max_participants, &*cup.rules_text), ("Spring Cup", 4, ""));
        assert_eq!(confirm(&olga, &ask, &back, "").status(), 422, "somebody has changed it since");

        // Questions of the form.
        contains(&fill(&olga, &at("fields"), &at("fields"), &[("name", "Rank"), ("kind", "dropdown"), ("options", "Gold")]).expect(422).text(), &["at least two different choices", "value=\"Rank\"", ">Gold</textarea>"]);
        goes_to(&fill(&olga, &at("fields"), &at("fields"), &[("name", "Rank"), ("kind", "dropdown"), ("options", "Gold\nSilver"), ("required", "on")]), &format!("{desk}/fields?done=added"));
        goes_to(&fill(&olga, &at("fields"), &at("fields"), &[("name", "Age"), ("kind", "number"), ("min", "16"), ("integer", "on")]), &format!("{desk}/fields?done=added"));
        let all = async || custom_field::Entity::find().order_by_asc(custom_field::Column::Order).all(site.db.read()).await.expect("readable");
        let fields = all().await;
        assert_eq!(fields[1].field_config, serde_json::json!({ "min": 16, "integer": true }));
        let move_up = at(&format!("fields/{}/move", fields[1].id));
        goes_to(&submit(&olga, &at("fields"), &move_up, &[("to", "up")]), &format!("{desk}/fields?done=moved"));
        assert_eq!(all().await.iter().map(|field| &*field.field_name).collect::<Vec<_>>(), ["Age", "Rank"]);
        let change = at(&format!("fields/{}", fields[0].id));
        contains(&olga.get(&change).expect(200).text(), &[">Gold\nSilver</textarea>", "name=\"required\" checked"]);
        goes_to(&fill(&olga, &change, &change, &[("name", "Rank now"), ("required", "-")]), &format!("{desk}/fields?done=saved"));
        let remove = at(&format!("fields/{}/remove", fields[1].id));
        goes_to(&confirm(&olga, &olga.get(&remove).expect(200), &remove, ""), &format!("{desk}/fields?done=removed"));
        let left = all().await;
        assert_eq!((left.len(), &*left[0].field_name, left[0].is_required), (1, "Rank now", false));

        // Pictures.
        let token = token(&olga, &at("pictures"));
        let seen = site.tournament("spring-cup").await.current_version.to_string();
        let fields = [("csrf", token.as_str()), ("seen", seen.as_str())];
        let bytes = picture();
        let bad = Upload { field: "banner_image", name: "a.png", content_type: "image/png", bytes: b"no picture" };
        assert_eq!(olga.upload(&at("pictures"), &fields, bad).status(), 422);
        let good = Upload { field: "banner_image", name: "a.png", content_type: "image/png", bytes: &bytes };
        goes_to(&olga.upload(&at("pictures"), &fields, good), &format!("{desk}/pictures?done=saved"));
        let banner = site.tournament("spring-cup").await.banner_image.expect("it is there");
        contains(&olga.get(&at("pictures")).text(), &[&format!("src=\"/uploads/{banner}\"")]);
        assert_eq!(site.visitor().get(&format!("/uploads/{banner}")).status(), 200);

        // The duty changes, and goes.
        let role = at(&format!("staff/{member}"));
        goes_to(&submit(&olga, &at("staff"), &role, &[("role", "moderator")]), &format!("{desk}/staff?done=changed"));
        assert_eq!(cora.get(&at("settings")).status(), 403);
        let remove = at(&format!("staff/{member}/remove"));
        goes_to(&confirm(&olga, &olga.get(&remove).expect(200), &remove, ""), &format!("{desk}/staff?done=removed"));
        assert_eq!(cora.get(&desk).status(), 404);

        // Cancelled with a reason that those concerned read.
        let cancel = at("step/cancel");
        let ask = olga.get(&cancel).expect(200);
        contains(&confirm(&olga, &ask, &cancel, "").expect(422).text(), &["Write why"]);
        goes_to(&confirm(&olga, &ask, &cancel, "No hall"), &format!("{desk}?done=cancel"));
        contains(&olga.get(&desk).text(), &["It is cancelled: No hall"]);
    }
}
