"""The one translator: what a hospital states, and what its demand comes to, become components.

The only package that knows both vocabularies. It decides which components there are and how they hang together; it
makes no resource of its own but the providers, one per account.
"""

from __future__ import annotations

from infra.blueprint.accounts import Accounts
from infra.blueprint.applications import Applications
from infra.blueprint.stores import Stores
from infra.settings import Hospital
from infra.sizing import Plan


class Blueprint(Accounts, Applications, Stores):
    """One hospital; each method makes one family of components, in the order in which they lean on one another."""

    def build(self) -> None:
        self.make_providers()
        self.make_foundations()
        self.make_accounts()
        self.make_storage()
        self.make_networks()
        self.make_platforms(self.make_entry())
        self.make_database()
        self.make_sessions()
        self.make_backup()
        self.make_sites()


def build(hospital: Hospital, plan: Plan) -> None:
    """Registers the whole hospital."""
    Blueprint(hospital, plan).build()
