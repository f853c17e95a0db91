"""Who owns what in AWS, who deploys, who is called."""

from __future__ import annotations

from pydantic import Field

from infra.settings.kinds import AccountId, Email, Issuer, Line, Origin, RoleArn
from infra.settings.part import Part


class Account(Part):
    """One AWS account."""

    id: AccountId = Field(description="AWS account id: 12 digits, in quotes.")
    baseline: Origin = Field(
        default=Origin.MANAGED,
        description="managed: bootstrap makes guard rails and roles, the stack trail and detectors. existing: the account has them.",
    )
    deploy_role_arn: RoleArn | None = Field(
        default=None, description="Role that the deployment takes on in this account. Left out: the caller's own."
    )


class Accounts(Part):
    """The accounts by what they are for."""

    workload: Account = Field(description="Where the hospital's stores and applications are.")
    log: Account | None = Field(default=None, description="Where audit logs are kept, out of the workload's reach.")
    backup: Account | None = Field(default=None, description="Where isolated copies of backups are kept.")

    def by_role(self) -> dict[str, Account]:
        """The accounts that the hospital has, workload first."""
        named = {"workload": self.workload, "log": self.log, "backup": self.backup}
        return {role: account for role, account in named.items() if account is not None}


class Contacts(Part):
    """Who is told."""

    operations_email: Email = Field(description="Who is told of alarms and failed backups.")
    security_email: Email = Field(description="Who is told of security findings and use of the break-glass role.")


class ContinuousIntegration(Part):
    """The pipeline that may deploy and audit: it logs in with its own tokens, without stored keys."""

    oidc_issuer: Issuer = Field(description="Address of the pipeline's token issuer (OpenID Connect).")
    subject: Line = Field(description="`sub` of the tokens that may deploy; no wildcard at the beginning.")
    audience: Line = Field(description="`aud` of the tokens.")
    audit_subject: Line | None = Field(
        default=None, description="`sub` of the tokens that may audit. Left out: the same as may deploy."
    )
