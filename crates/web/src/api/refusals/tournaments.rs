//! Refusals of tournaments, from their settings to their prizes, and of coins.

use ::tournaments::{
    error::{
        Trouble,
        dispute::{DisputeRefusal, EvidenceRefusal, OpenDisputeRefusal, ResolveRefusal},
        draw::{DrawRefusal, GoOnRefusal, PublishDrawRefusal, SeedRefusal},
        entry::{CheckInRefusal, EnterRefusal, EntryRefusal, Ineligible},
        lifecycle::{MoveRefusal, StaffRefusal},
        payment::{PayRefusal as PayFeeRefusal, PaymentField, PaymentInvalid, PaymentRefusal},
        play::{
            CorrectRefusal, DecideRefusal, FurnishRefusal, MatchCheckInRefusal, ReportRefusal, ScheduleRefusal,
            StartRefusal, Unreachable,
        },
        prize::{AwardRefusal, FundRefusal, HandOverRefusal, PayRefusal as PayPrizesRefusal},
        settings::{CreateRefusal, EditRefusal, Field, Invalid, QuestionRefusal, RollbackRefusal},
    },
    rules::{access::NotAllowed, dispute, match_state, status::StepRefusal},
    service::log::LogRefusal,
};
use economy::{AdjustRefusal, EntryFeeRefusal, PrizeRefusal, RefundRefusal, ReverseRefusal, TransferRefusal};

use super::{Fields, Refusal};
use crate::api::problem::{FieldError, Kind, NOT_ALLOWED, Problem, SIGN_IN_REQUIRED, code_of};

impl Fields for Vec<(Field, Invalid)> {
    fn into_errors(self) -> Vec<FieldError> {
        let error = |(field, invalid): (Field, Invalid)| FieldError {
            field: field.name().to_owned(),
            code: code_of(&invalid),
            message: invalid.to_string(),
        };
        self.into_iter().map(error).collect()
    }
}

impl Fields for Vec<(PaymentField, PaymentInvalid)> {
    fn into_errors(self) -> Vec<FieldError> {
        let name = |field: PaymentField| match field {
            PaymentField::Method => "method",
            PaymentField::Proof => "proof",
            other => other.name(),
        };
        let error = |(field, invalid): (PaymentField, PaymentInvalid)| FieldError {
            field: name(field).to_owned(),
            code: code_of(&invalid),
            message: invalid.to_string(),
        };
        self.into_iter().map(error).collect()
    }
}

impl Fields for Vec<Ineligible> {
    fn into_errors(self) -> Vec<FieldError> {
        let field = |one: &Ineligible| match one {
            Ineligible::GameId { column, .. } => format!("game_ids.{column}"),
            Ineligible::Answer { key, .. } => format!("answers.{key}"),
            Ineligible::Contact { field } => (*field).to_owned(),
            _ => "team_id".to_owned(),
        };
        let error = |one: Ineligible| FieldError { field: field(&one), code: code_of(&one), message: one.to_string() };
        self.into_iter().map(error).collect()
    }
}

impl Refusal for NotAllowed {
    fn kinds() -> Vec<Kind> {
        Vec::new()
    }

    fn problem(self) -> Problem {
        Problem::new(if self.signed_in { NOT_ALLOWED } else { SIGN_IN_REQUIRED }, self.to_string())
    }
}

refusals! {
    TransferRefusal {
        Misfit = 422 "bad-transfer";
        NoSuchProfile = 409 "no-such-player";
        NoSuchOperator = 409 "no-such-player";
        InsufficientFunds = 409 "not-enough-coins";
        Overflow = 409 "too-many-coins";
        KeyReused = 409 "paid-otherwise";
        KeyOfOldEntry = 409 "paid-before";
        @database Database;
    }
    ReverseRefusal {
        NoSuchTransfer = 409 "not-paid";
        AlreadyReversed = 409 "given-back-before";
        IsReversal = 409 "given-back-before";
        @within Transfer TransferRefusal;
    }
    RefundRefusal {
        NotPaid = 409 "not-paid";
        @within Reverse ReverseRefusal;
    }
    EntryFeeRefusal {
        Refunded = 409 "given-back-before";
        @within Transfer TransferRefusal;
    }
    AdjustRefusal {
        NotStaff = 403 "not-allowed";
        @within Transfer TransferRefusal;
    }
    PrizeRefusal {
        Twice = 409 "bad-shares";
        Negative = 409 "bad-shares";
        @within Transfer TransferRefusal;
    }
    Trouble {
        @within Refund RefundRefusal;
        @within Transfer TransferRefusal;
        @database Database;
    }
    CreateRefusal {
        NotSignedIn = 401 "sign-in-required";
        @fields Invalid;
        @database Database;
    }
    EditRefusal {
        NoSuchTournament = 404 "not-found";
        Stale = 409 "stale";
        @fields Invalid;
        @within NotAllowed NotAllowed;
        @within Trouble Trouble;
    }
    RollbackRefusal {
        NoSuchVersion = 404 "no-such-version";
        TooLate = 409 "too-late";
        Unreadable = 409 "unreadable-version";
        @within Edit EditRefusal;
    }
    QuestionRefusal {
        NoSuchTournament = 404 "not-found";
        NoSuchQuestion = 404 "not-found";
        Answered = 409 "answered";
        TooLate = 409 "too-late";
        Order = 422 "order";
        @field Invalid "question";
        @within NotAllowed NotAllowed;
        @database Database;
    }
    StepRefusal {
        NotNow = 409 "not-now";
        @within NotAllowed NotAllowed;
    }
    MoveRefusal {
        NoSuchTournament = 404 "not-found";
        NoReason = 422 "no-reason";
        TooEarly = 409 "too-early";
        RegistrationOver = 409 "registration-over";
        TooFewEntrants = 409 "too-few-entrants";
        NotDrawn = 409 "not-drawn";
        @fields Invalid;
        @within Step StepRefusal;
        @within Fund FundRefusal;
        @within Trouble Trouble;
    }
    StaffRefusal {
        NoSuchTournament = 404 "not-found";
        NoSuchPerson = 422 "unknown-person";
        NoSuchMember = 404 "not-found";
        OrganizersChoice = 403 "organizers-choice";
        NoSuchDuty = 422 "no-such-duty";
        AlreadyAsked = 409 "already-asked";
        IsOrganizer = 409 "is-organizer";
        NotYours = 404 "not-found";
        AlreadyAccepted = 409 "already-accepted";
        Over = 409 "too-late";
        @within NotAllowed NotAllowed;
        @database Database;
    }
    LogRefusal {
        @within NotAllowed NotAllowed;
        @database Database;
    }
    EnterRefusal {
        NotSignedIn = 401 "sign-in-required";
        NoSuchTournament = 404 "not-found";
        NotYet = 409 "not-yet";
        Closed = 409 "registration-closed";
        TeamsOnly = 422 "teams-only";
        SoloOnly = 422 "solo-only";
        NoSuchTeam = 404 "no-such-team";
        NotRepresentative = 403 "not-representative";
        AlreadyEntered = 409 "already-entered";
        Full = 409 "full";
        NoCoins = 422 "no-coins";
        @listed Ineligible 422 "ineligible";
        @within Fee EntryFeeRefusal;
        @within Trouble Trouble;
    }
    EntryRefusal {
        NoSuchEntry = 404 "not-found";
        NotYours = 403 "not-yours";
        NotNow = 409 "not-now";
        NotInThisState = 409 "not-now";
        NoReason = 422 "no-reason";
        Full = 409 "full";
        @within NotAllowed NotAllowed;
        @within Trouble Trouble;
    }
    CheckInRefusal {
        NoSuchEntry = 404 "not-found";
        NotYours = 403 "not-yours";
        NoCheckIn = 409 "no-check-in";
        NotYet = 409 "not-yet";
        Closed = 409 "check-in-closed";
        WrongState = 409 "not-now";
        PlaceGone = 409 "place-gone";
        @within Trouble Trouble;
    }
    PayFeeRefusal {
        NoSuchEntry = 404 "not-found";
        NotYours = 403 "not-yours";
        NothingToPay = 409 "nothing-to-pay";
        WrongState = 409 "not-now";
        TooLate = 409 "too-late";
        PaidAhead = 409 "paid-ahead";
        AlreadyPaid = 409 "already-paid";
        NoCoins = 422 "no-coins";
        @fields Invalid;
        @within Fee EntryFeeRefusal;
        @within Trouble Trouble;
    }
    PaymentRefusal {
        NoSuchPayment = 404 "not-found";
        NotNow = 409 "not-now";
        Duplicate = 409 "duplicate-payment";
        NoReason = 422 "no-reason";
        StillEntered = 409 "still-entered";
        @within NotAllowed NotAllowed;
        @within Trouble Trouble;
    }
    SeedRefusal {
        NoSuchTournament = 404 "not-found";
        Published = 409 "draw-published";
        Unordered = 422 "bad-seeds";
        @within NotAllowed NotAllowed;
        @database Database;
    }
    DrawRefusal {
        NoSuchTournament = 404 "not-found";
        NotNow = 409 "not-now";
        Published = 409 "draw-published";
        Unplayable = 409 "unplayable";
        Unordered = 422 "bad-seeds";
        @within NotAllowed NotAllowed;
        @database Database;
    }
    PublishDrawRefusal {
        NoSuchTournament = 404 "not-found";
        NotDrawn = 409 "not-drawn";
        Published = 409 "draw-published";
        NotPublished = 409 "draw-not-published";
        RegistrationOpen = 409 "registration-open";
        NotNow = 409 "not-now";
        EntriesChanged = 409 "entries-changed";
        HasResults = 409 "has-results";
        @within NotAllowed NotAllowed;
        @database Database;
    }
    GoOnRefusal {
        NoSuchTournament = 404 "not-found";
        NotRunning = 409 "not-running";
        NothingWaits = 409 "nothing-waits";
        NotInBracket = 422 "not-in-bracket";
        Bracket = 409 "bracket";
        @within NotAllowed NotAllowed;
        @database Database;
    }
    match_state::NotDone {
        NotNow = 409 "not-now";
        NotYours = 403 "not-yours";
        NotReferee = 403 "not-referee";
        OwnMatch = 403 "own-match";
    }
    Unreachable {
        NoSuchMatch = 404 "not-found";
        NotRunning = 409 "not-running";
        NoBracket = 409 "no-bracket";
        NoPair = 409 "no-pair";
        Outdated = 409 "outdated";
        @within NotDone match_state::NotDone;
        @within NotAllowed NotAllowed;
        @database Database;
    }
    ScheduleRefusal {
        Past = 422 "past";
        Overlap = 409 "overlap";
        @within Unreachable Unreachable;
        @database Database;
    }
    FurnishRefusal {
        TooLong = 422 "too-long-text";
        NotAnAddress = 422 "not-an-address";
        @within Unreachable Unreachable;
        @database Database;
    }
    MatchCheckInRefusal {
        NotNeeded = 409 "no-check-in";
        NotOpen = 409 "not-yet";
        Ended = 409 "check-in-closed";
        WhichSide = 422 "which-side";
        @within Unreachable Unreachable;
        @database Database;
    }
    StartRefusal {
        Disputed = 409 "disputed";
        @within Unreachable Unreachable;
        @database Database;
    }
    ReportRefusal {
        Games = 422 "bad-games";
        BothSides = 409 "both-sides";
        Disputed = 409 "disputed";
        NoteTooLong = 422 "too-long-text";
        PictureGone = 422 "file-gone";
        Bracket = 409 "bracket";
        @within Unreachable Unreachable;
        @database Database;
    }
    DecideRefusal {
        Games = 422 "bad-games";
        WhichSide = 422 "which-side";
        NoReason = 422 "no-reason";
        Bracket = 409 "bracket";
        @within Unreachable Unreachable;
        @database Database;
    }
    CorrectRefusal {
        Games = 422 "bad-games";
        Outdated = 409 "outdated";
        NoChange = 409 "no-change";
        PrizesPaid = 409 "prizes-paid";
        Closed = 409 "not-now";
        NoReason = 422 "no-reason";
        Bracket = 409 "bracket";
        @within Unreachable Unreachable;
        @database Database;
    }
    dispute::NotDone {
        NotNow = 409 "not-now";
        NotYours = 403 "not-yours";
        OwnMatch = 403 "own-match";
    }
    OpenDisputeRefusal {
        TooLate = 409 "too-late";
        DisputedAlready = 409 "disputed";
        NothingSaid = 422 "nothing-said";
        TooLong = 422 "too-long-text";
        @within Unreachable Unreachable;
        @database Database;
    }
    EvidenceRefusal {
        NoSuchDispute = 404 "not-found";
        NothingSaid = 422 "nothing-said";
        TooLong = 422 "too-long-text";
        NotAnAddress = 422 "not-an-address";
        FileGone = 422 "file-gone";
        @within NotDone dispute::NotDone;
        @database Database;
    }
    DisputeRefusal {
        NoSuchDispute = 404 "not-found";
        NoReason = 422 "no-reason";
        @within NotDone dispute::NotDone;
        @within Unreachable Unreachable;
        @database Database;
    }
    ResolveRefusal {
        NothingStands = 409 "nothing-stands";
        Outdated = 409 "outdated";
        Games = 422 "bad-games";
        @within Dispute DisputeRefusal;
        @within Decide DecideRefusal;
        @within Correct CorrectRefusal;
    }
    AwardRefusal {
        Distribution = 409 "bad-distribution";
        @database Database;
    }
    FundRefusal {
        NoProfile = 409 "no-such-player";
        @within Transfer TransferRefusal;
        @database Database;
    }
    PayPrizesRefusal {
        NoSuchTournament = 404 "not-found";
        NotCompleted = 409 "not-completed";
        Disputed = 409 "disputed";
        Held = 409 "too-early";
        @within NotAllowed NotAllowed;
        @within Award AwardRefusal;
        @within Fund FundRefusal;
        @within Prize PrizeRefusal;
        @database Database;
    }
    HandOverRefusal {
        NoSuchPrize = 404 "not-found";
        NotNow = 409 "not-now";
        NoReference = 422 "no-reference";
        @within NotAllowed NotAllowed;
        @database Database;
    }
}
