//! Refusals of team life.

use ::teams::error::{
    AcceptRefusal, AskRefusal, BadgeRefusal, CancelRefusal, DeclineRefusal, Denied, DisbandRefusal, Field,
    GameRoleRefusal, HandOverRefusal, Invalid, InviteRefusal, LeaveRefusal, LogoRefusal, RemoveRefusal, ReviewRefusal,
    RoleRefusal, TeamRefusal, WithdrawRefusal,
};

use super::{Fields, Refusal};
use crate::api::problem::{FieldError, Kind, Problem, code_of};

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

refusals! {
    Denied {
        SignedOut = 401 "sign-in-required";
        NoTeam = 404 "not-found";
        NotAllowed = 403 "not-allowed";
    }
    TeamRefusal {
        @fields Invalid;
        @within Denied Denied;
        @database Database;
    }
    DisbandRefusal {
        @within Denied Denied;
        @database Database;
    }
    InviteRefusal {
        Nobody = 422 "unknown-person";
        Yourself = 422 "yourself";
        Member = 409 "already-member";
        Invited = 409 "already-invited";
        Asked = 409 "already-asked";
        Full = 409 "team-full";
        @field Message "message";
        @within Denied Denied;
        @database Database;
    }
    CancelRefusal {
        Over = 409 "invitation-over";
        @within Denied Denied;
        @database Database;
    }
    AcceptRefusal {
        NotYours = 404 "not-found";
        Over = 409 "invitation-over";
        Expired = 410 "invitation-expired";
        Member = 409 "already-member";
        InAnotherTeam = 409 "in-another-team";
        Full = 409 "team-full";
        @within Denied Denied;
        @database Database;
    }
    DeclineRefusal {
        NotYours = 404 "not-found";
        Over = 409 "invitation-over";
        @within Denied Denied;
        @database Database;
    }
    AskRefusal {
        Closed = 409 "takes-no-requests";
        Member = 409 "already-member";
        Invited = 409 "already-invited";
        Asked = 409 "already-asked";
        InAnotherTeam = 409 "in-another-team";
        MessageMissing = 422 "message-missing";
        @field Message "message";
        @within Denied Denied;
        @database Database;
    }
    WithdrawRefusal {
        Over = 409 "request-over";
        @within Denied Denied;
        @database Database;
    }
    ReviewRefusal {
        Over = 409 "request-over";
        Member = 409 "already-member";
        InAnotherTeam = 409 "in-another-team";
        Full = 409 "team-full";
        @within Denied Denied;
        @database Database;
    }
    LeaveRefusal {
        NotMember = 409 "not-member";
        Owner = 409 "owner";
        @within Denied Denied;
        @database Database;
    }
    RemoveRefusal {
        NotMember = 409 "not-member";
        Owner = 409 "owner";
        @within Denied Denied;
        @database Database;
    }
    RoleRefusal {
        NotMember = 409 "not-member";
        Full = 409 "team-full";
        @within Denied Denied;
        @database Database;
    }
    GameRoleRefusal {
        NotMember = 409 "not-member";
        NoGame = 409 "no-game";
        Roster = 422 "roster";
        Full = 409 "team-full";
        @within Denied Denied;
        @database Database;
    }
    LogoRefusal {
        Gone = 422 "file-gone";
        @within Denied Denied;
        @database Database;
    }
    BadgeRefusal {
        NotMember = 409 "not-member";
        DoesNotPlay = 409 "does-not-play";
        OwnerDoesNotPlay = 409 "owner-does-not-play";
        @within Denied Denied;
        @database Database;
    }
    HandOverRefusal {
        NotMember = 409 "not-member";
        Owner = 409 "owner";
        @within Denied Denied;
        @database Database;
    }
}
