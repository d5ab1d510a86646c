//! The files of a tournament's presentation: the wide picture, the small one, and the rules as a document.

use ::tournaments::{
    error::settings::EditRefusal,
    rules::{access::Act, edit::may_change, settings::Settings},
    service::{settings, upload::PRESENTATION},
};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};

use super::{
    Desk, Done, Errors, Typed, Visit,
    frame::{Frame, frame},
    open, see_other,
    stop::Stop,
    unprocessable,
};
use crate::{
    error::Trouble,
    layout::Layout,
    pages,
    site::Shared,
    upload::{self, FileForm, Kinds},
};

struct File {
    field: &'static str,
    label: &'static str,
    help: &'static str,
    token: Option<String>,
    picture: bool,
}

#[derive(Template)]
#[template(path = "desk/pictures.html")]
struct Page {
    layout: Layout,
    frame: Frame,
    files: Vec<File>,
    seen: i32,
    fixed: bool,
    errors: Errors,
}

async fn page(
    shared: &Shared,
    visit: &Visit,
    desk: &Desk,
    errors: Errors,
    done: Option<&str>,
) -> Result<Response, Trouble> {
    let tournament = desk.tournament();
    let file = |field, label, help, token: &Option<String>, picture| File {
        field,
        label,
        help,
        token: token.clone(),
        picture,
    };
    let files = vec![
        file(
            "banner_image",
            "Banner",
            "A wide picture for the head of its page. PNG, JPEG or WebP, at most 5 MiB.",
            &tournament.banner_image,
            true,
        ),
        file("thumbnail_image", "Thumbnail", "A small picture for lists.", &tournament.thumbnail_image, true),
        file("rules_pdf", "Rules as a document", "A PDF or a picture, at most 5 MiB.", &tournament.rules_pdf, false),
    ];
    let (layout, frame) = frame(shared, visit, desk, "settings", done).await?;
    let fixed = !may_change(::tournaments::error::settings::Field::BannerImage, desk.status());
    Ok(pages::show(&Page { layout, frame, files, seen: tournament.current_version, fixed, errors }))
}

pub(crate) async fn form(
    State(shared): State<Shared>,
    visit: Visit,
    Path(slug): Path<String>,
    Query(Done { done }): Query<Done>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[Act::Edit]).await?;
    page(&shared, &visit, &desk, Errors::default(), done.as_deref()).await
}

pub(crate) async fn save(
    State(shared): State<Shared>,
    visit: Visit,
    Path(slug): Path<String>,
    FileForm { fields: typed, files }: FileForm<Typed>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[Act::Edit]).await?;
    let mut errors = Errors::default();
    let mut accepted = Vec::new();
    for file in files {
        let field = file.field.clone();
        let kinds = match field.as_str() {
            "banner_image" | "thumbnail_image" => Kinds::Pictures,
            "rules_pdf" => Kinds::PicturesAndPdf,
            _ => continue,
        };
        match upload::accept(file, kinds).await {
            Ok(file) => accepted.push((field, file.into_upload(PRESENTATION, Some(visit.user())))),
            Err(refusal) => errors.say(field, refusal.to_string()),
        }
    }
    if !errors.is_empty() {
        return Ok(unprocessable(page(&shared, &visit, &desk, errors, None).await?));
    }
    let (cx, games, id) = (visit.cx(&shared), &*shared.games, desk.id());
    let seen: i32 = typed.number("seen").unwrap_or(0);
    let (accepted, typed, base) = (&accepted, &typed, &Settings::from(desk.tournament()));
    let saved = shared.db.write(|tx| async move {
        let mut settings = base.clone();
        for (name, file) in [
            ("banner_image", &mut settings.banner_image),
            ("thumbnail_image", &mut settings.thumbnail_image),
            ("rules_pdf", &mut settings.rules_pdf),
        ] {
            if typed.on(&format!("remove_{name}")) {
                *file = None;
            }
            if let Some((_, new)) = accepted.iter().find(|(field, _)| field == name) {
                let token = kernel::upload::store(&tx, cx.clock, cx.random, new.clone()).await?;
                *file = Some(token);
            }
        }
        settings::edit(&tx, &cx, games, id, settings, seen, "").await
    });
    match saved.await {
        Ok(saved) => {
            let done = if saved.current_version == seen { "same" } else { "saved" };
            Ok(see_other(&format!("{}?done={done}", desk.path("pictures"))))
        }
        Err(EditRefusal::Invalid(wrong)) => {
            super::form::add(&mut errors, wrong);
            Ok(unprocessable(page(&shared, &visit, &desk, errors, None).await?))
        }
        Err(other) => {
            let errors = Errors::one("page", Stop::from(other).said()?);
            Ok(unprocessable(page(&shared, &visit, &desk, errors, None).await?))
        }
    }
}
