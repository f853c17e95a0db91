"""Questions to the live account. Reading operations only; each is asked once, however many checks want to know.

A question ends in one of three ways: the answer; `NotThere`, when the service says that what was asked for does not
exist; `NoAnswer` with a sentence, when nothing can be said. Where an endpoint cannot be reached or does not know an
operation, or the credentials are refused, the next question of the same kind is not sent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final

from botocore import exceptions as boto
from botocore.parsers import ResponseParserError

from operations.live import Identity, Live, LiveError, telling
from policies.graph import SECRET, Graph, Resource, Unknown, Value, is_known
from policies.resolve import GLOBAL
from policies.results import shown

READING: Final = re.compile(r"(describe|get|list)_[a-z0-9_]+")
"""Names of the operations that may be asked."""
_MOST_PAGES: Final = 200
_UNREACHABLE: Final = (boto.ConnectTimeoutError, boto.EndpointConnectionError, boto.ProxyConnectionError, boto.SSLError)
_NO_CREDENTIALS: Final = (
    boto.NoCredentialsError,
    boto.PartialCredentialsError,
    boto.CredentialRetrievalError,
    boto.SSOError,
    boto.TokenRetrievalError,
)
_REFUSED_CREDENTIALS: Final = frozenset(
    [
        *("ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "RequestExpired", "InvalidToken"),
        *("AuthFailure", "InvalidAccessKeyId", "InvalidClientTokenId", "UnrecognizedClientException"),
        *("InvalidSignatureException", "SignatureDoesNotMatch", "RequestTimeTooSkewed"),
    ]
)
_UNKNOWN_OPERATION: Final = frozenset(
    ["404", "500", "501", "InvalidAction", "NotImplemented", "UnknownOperationException", "UnsupportedOperation"]
)
"""A bare number: the answer is not of the service's own form, so it is not the service that answered."""


class NoAnswer(Exception):
    """Nothing can be said; the text is the sentence that says why."""


class NotThere(Exception):
    """The service says that what was asked for does not exist; the text is its own word for it."""


@dataclass(frozen=True, slots=True)
class Question:
    """One reading call, the same wherever it is asked."""

    service: str
    operation: str
    region: str
    account: str | None
    """The account whose role is taken; None: the caller's own credentials."""
    parameters: str
    key: str = ""
    """The part of each page that is wanted; empty: one answer, whole."""

    @property
    def doing(self) -> str:
        name = "".join(word.capitalize() for word in self.operation.split("_"))
        return f"asking {self.service} in {self.region} for {name}"


@dataclass
class Asker:
    """Asks, remembers, and stops asking where no answer will come. Safe in threads."""

    live: Live
    caller: Identity
    roles: Mapping[str, str]
    """Account id -> the role to take there. A role for the caller's own account is taken too."""
    home: str
    """The region where what belongs to no region is asked."""
    _known: dict[Question, Future[Any]] = field(default_factory=dict, init=False)
    _closed: dict[tuple[str | None, ...], str] = field(default_factory=dict, init=False)
    _lock: Lock = field(default_factory=Lock, init=False)

    def ask(self, question: Question) -> Any:
        """The answer. Raises LiveError as it came, NoAnswer where asking is of no use."""
        with self._lock:
            future = self._known.get(question)
            mine = future is None
            if future is None:
                future = self._known[question] = Future()
        if mine:
            try:
                future.set_result(self._asked(question))
            except Exception as error:
                future.set_exception(error)
        return future.result()

    def account_for(self, account: str | None) -> str | None:
        """Whose role to take for a resource of that account; None: nobody's. Raises NoAnswer where there is no way."""
        if account in self.roles:
            return account
        if account is None or account == self.caller.account_id:
            return None
        raise NoAnswer(
            f"it belongs to account {account}, the credentials are of {self.caller.account_id}, and no role to take in "
            f"{account} is named"
        )

    def _asked(self, question: Question) -> Any:
        if not READING.fullmatch(question.operation):
            raise ValueError(f"{question.operation} is no reading operation")
        for scope in _scopes(question):
            if scope in self._closed:
                raise NoAnswer(self._closed[scope])
        try:
            with telling(question.doing):
                return self._sent(question)
        except LiveError as error:
            self._close(question, error)
            raise

    def _sent(self, question: Question) -> Any:
        client = self.live.client(question.service, question.region, question.account)
        parameters = json.loads(question.parameters)
        if not question.key:
            return getattr(client, question.operation)(**parameters)
        found: list[Any] = []
        for number, page in enumerate(client.get_paginator(question.operation).paginate(**parameters)):
            if number >= _MOST_PAGES:
                raise NoAnswer(f"{question.doing}: the list has more than {_MOST_PAGES} pages")
            found += page.get(question.key, [])
        return found

    def _close(self, question: Question, error: LiveError) -> None:
        """Remembers what makes further questions of the same kind useless."""
        cause = error.__cause__
        service, operation, account = _scopes(question)
        if isinstance(cause, _NO_CREDENTIALS) or error.code in _REFUSED_CREDENTIALS:
            self._closed[account] = str(error)
        elif isinstance(cause, _UNREACHABLE):
            self._closed[service] = str(error)
        elif unknown_operation(error):
            self._closed[operation] = f"{question.doing}: this endpoint does not know the operation"


def _scopes(question: Question) -> tuple[tuple[str | None, ...], ...]:
    """What may be closed to a question: its service, its operation, everything of its account."""
    service = (question.account, question.region, question.service)
    return service, (*service, question.operation), (question.account,)


def unknown_operation(error: LiveError) -> bool:
    """Whether the endpoint does not know what it was asked: an emulator, or a service that is not offered there."""
    return error.code in _UNKNOWN_OPERATION or isinstance(error.__cause__, ResponseParserError)


# --- what a check is given -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Subject:
    """A resource of the graph, and the way to ask about it."""

    resource: Resource
    graph: Graph
    asker: Asker

    def wanted(self, path: str) -> Value:
        """What the state says it should be: what was asked for, else what the provider said. None where it is silent."""
        value = self.resource.get(path)
        value = self.resource.output(path) if value is None or value == "" else value
        return None if value == "" else value

    def name(self, *paths: str) -> str:
        """The text at the first of these paths that has one. Raises NoAnswer where none has."""
        for path in paths:
            for value in (self.resource.output(path), self.resource.get(path)):
                if isinstance(value, str) and value and is_known(value):
                    return value
        raise NoAnswer(f"the state does not tell its {paths[0]}")

    def blocks(self, path: str) -> Iterator[Mapping[str, Value]]:
        """The objects of a list of blocks, or the one that stands alone. Raises NoAnswer where they are hidden."""
        value = self.wanted(path)
        if isinstance(value, Unknown) or value is SECRET:
            raise NoAnswer(f"the state hides its {path}")
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, Mapping):
                yield item

    def ask(
        self,
        service: str,
        operation: str,
        /,
        *,
        at: str | None = None,
        of: str | None = None,
        gone: tuple[str, ...] = (),
        **parameters: Any,
    ) -> Mapping[str, Any]:
        """The answer of one operation. `at`: another region than the resource's; `of`: another account; `gone`: the error
        codes that mean that it does not exist. Raises NotThere, NoAnswer."""
        answer = self._put(service, operation, at, of, gone, parameters)
        return answer if isinstance(answer, Mapping) else {}

    def listed(
        self,
        service: str,
        operation: str,
        key: str,
        /,
        *,
        at: str | None = None,
        of: str | None = None,
        gone: tuple[str, ...] = (),
        **parameters: Any,
    ) -> list[Mapping[str, Any]]:
        """All items of a listing operation, page by page. Raises as `ask`."""
        items = self._put(service, operation, at, of, gone, parameters, key)
        return [item for item in items if isinstance(item, Mapping)]

    def elsewhere(self, arn: str) -> tuple[str | None, str | None]:
        """Region and account of an ARN, for `at` and `of`; None for each that it does not name."""
        parts = (arn.split(":", 5) + [""] * 6)[:6] if arn.startswith("arn:") else [""] * 6
        return parts[3] or None, parts[4] or None

    def _put(
        self,
        service: str,
        operation: str,
        at: str | None,
        of: str | None,
        gone: tuple[str, ...],
        parameters: Mapping[str, Any],
        key: str = "",
    ) -> Any:
        region = at or self.resource.region
        if region is None:
            raise NoAnswer("the state does not tell its region")
        question = Question(
            service=service,
            operation=operation,
            region=self.asker.home if region == GLOBAL else region,
            account=self.asker.account_for(of or self.resource.account),
            parameters=json.dumps(parameters, sort_keys=True),
            key=key,
        )
        try:
            return self.asker.ask(question)
        except LiveError as error:
            if error.code in gone:
                raise NotThere(error.code) from None
            if unknown_operation(error):
                raise NoAnswer(f"{question.doing}: this endpoint does not know the operation") from None
            raise NoAnswer(shown(str(error), 400)) from None
