"""The live account: clients with limits, who the caller is, and every fault of the way there as one sentence.

Nothing here changes anything. What is read from an answer is taken for hostile: bounded, and printable only.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from ipaddress import ip_address
from threading import RLock
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

import boto3
from botocore import exceptions as boto
from botocore.config import Config
from botocore.credentials import AssumeRoleCredentialFetcher, DeferredRefreshableCredentials
from botocore.parsers import ResponseParserError
from botocore.session import get_session

CONNECT_SECONDS: Final = 5
READ_SECONDS: Final = 60
ATTEMPTS: Final = 5
"""Of one call, the first included; waits in between grow, with chance in them (botocore's standard mode)."""
CLOCK_SECONDS: Final = 300
"""How far the clock here may be from AWS's: signatures are refused beyond it."""

_LONGEST: Final = 300
_ACCOUNT: Final = re.compile(r"[0-9]{12}")
_ARN: Final = re.compile(r"arn:(aws[a-z-]{0,20}):(?:iam|sts)::([0-9]{12}):[\x21-\x7e]{1,1500}")


class LiveError(Exception):
    """The account could not be asked or changed; the text is the sentence that says so. `code` is the service's own
    word for it (`AccessDenied`), empty where the fault lies before the service."""

    def __init__(self, sentence: str, code: str = ""):
        super().__init__(sentence)
        self.code = code


class Identity(NamedTuple):
    """Whose credentials these are."""

    account_id: str
    arn: str
    partition: str


@dataclass(frozen=True)
class Live:
    """A way into the live accounts. Making one asks nothing; faults come with the first call."""

    endpoint_url: str | None = None
    """Where every service is asked instead of at AWS: an emulator. Plain http only on this machine."""
    profile: str | None = None
    """A profile of the AWS configuration files; None: whatever botocore finds."""
    role_arns: Mapping[str, str] = field(default_factory=dict)
    """Account id -> the role to take for questions to that account."""
    region: str | None = None
    """Where questions that name no region go; None: the region of the profile."""
    _clients: dict[tuple[str, str, str], Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    _lock: Any = field(default_factory=RLock, init=False, repr=False, compare=False)

    def client(self, service: str, region: str, account_id: str | None = None) -> Any:
        """The boto3 client of a service in a region, the same one each time. With `account_id` it speaks as the role
        that `role_arns` names for that account, and as the caller where none is named. Raises LiveError."""
        role = self.role_arns.get(account_id or "", "")
        key = (service, region, role)
        with self._lock:  # making clients is not safe in threads, using them is
            if key not in self._clients:
                with telling(f"preparing to ask {service} in {region}"):
                    session = self._session(role, region)
                    self._clients[key] = session.client(
                        service, region_name=region, endpoint_url=self._endpoint(), config=self._config()
                    )
            return self._clients[key]

    def identity(self, region: str | None = None, account_id: str | None = None) -> Identity:
        """Who the caller is, as STS in that region tells it (with `account_id`: who the role taken for that account
        is). Raises LiveError; also where the clock here and the one there are too far apart to sign anything."""
        region = region or self.region or self._profile_region()
        doing = f"asking STS in {region} whose credentials these are"
        with telling(doing):
            answer = self.client("sts", region, account_id).get_caller_identity()
        _check_clock(answer, doing)
        match = _ARN.fullmatch(str(answer.get("Arn", ""))[:2000])
        if match is None or match[2] != answer.get("Account"):
            raise LiveError(f"{doing}: the answer names no account and no caller; is this an AWS endpoint?")
        return Identity(match[2], match[0], match[1])

    def _session(self, role: str, region: str) -> boto3.Session:
        base = boto3.Session(botocore_session=_with_models(get_session()), profile_name=self.profile)
        if not role:
            return base
        source = base.get_credentials()
        if source is None:
            raise boto.NoCredentialsError

        def sts(service: str, **options: Any) -> Any:
            options.update(region_name=region, endpoint_url=self._endpoint(), config=self._config())
            return base.client(service, **options)

        fetcher = AssumeRoleCredentialFetcher(sts, source, role, extra_args={"RoleSessionName": "hospital-cloud"})
        taken = _with_models(get_session())
        # As botocore's own provider of assumed roles does: taken at the first call, and again before they expire.
        taken._credentials = DeferredRefreshableCredentials(fetcher.fetch_credentials, "assume-role")
        return boto3.Session(botocore_session=taken)

    def _endpoint(self) -> str | None:
        if self.endpoint_url is None:
            return None
        try:
            parts = urlsplit(self.endpoint_url)
            host, _ = parts.hostname, parts.port
        except ValueError:
            host = None
        if not host or parts.scheme not in ("http", "https"):
            raise LiveError("the endpoint is no URL of the form http://host:port or https://host")
        if parts.scheme == "http" and not _here(host):
            raise LiveError(f"plain http to {host}: allowed to this machine only, use https")
        return self.endpoint_url

    def _config(self) -> Config:
        return Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
            s3={"addressing_style": "path"} if self.endpoint_url else None,
            user_agent_extra="hospital-cloud",
        )

    def _profile_region(self) -> str:
        with telling("looking for a region"):
            region = boto3.Session(profile_name=self.profile).region_name
        if not region:
            raise LiveError("no region is named: set one in the profile or in AWS_REGION")
        return str(region)


@cache
def _models() -> Any:
    """botocore's descriptions of the services, read once: a session of its own reads them all again."""
    return get_session().get_component("data_loader")


def _with_models(session: Any) -> Any:
    session.register_component("data_loader", _models())
    return session


def _here(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _check_clock(answer: Mapping[str, Any], doing: str) -> None:
    """An emulator and a proxy do not look at the time of a signature; AWS does, some calls later."""
    try:
        there = parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])
        seconds = (datetime.now(UTC) - there).total_seconds()
    except (KeyError, TypeError, ValueError):
        return
    if abs(seconds) > CLOCK_SECONDS:
        side = "ahead of" if seconds > 0 else "behind"
        raise LiveError(f"{doing}: the clock here is {abs(seconds):.0f} seconds {side} AWS's; set it by NTP")


def require_partition(identity: Identity, partition: str) -> None:
    """Raises LiveError unless the caller belongs to the partition."""
    if identity.partition != partition:
        raise LiveError(
            f"the credentials are of partition {identity.partition}; the stack's regions lie in {partition}"
        )


def require_account(identity: Identity, account_id: str, what: str) -> None:
    """Raises LiveError unless the caller's account is the one meant. `what` says which one that is."""
    if identity.account_id != account_id:
        raise LiveError(f"the credentials are of account {identity.account_id}; {what} is {account_id}")


@contextmanager
def telling(doing: str) -> Iterator[None]:
    """Turns what goes wrong inside into a LiveError that begins with `doing`; leaves a mistake of ours as it is."""
    try:
        yield
    except _OF_THE_WAY as error:
        raise told(error, doing) from error
    except (KeyError, TypeError, ValueError) as error:
        if not _in_botocore(error):
            raise
        raise LiveError(f"{doing}: {_NOT_AWS}") from error


def told(error: BaseException, doing: str) -> LiveError:
    """The sentence for an error of botocore or of the system. `doing` says what was being done, `making the key x`."""
    if isinstance(error, LiveError):
        return error
    if isinstance(error, boto.ClientError):
        code = _plain(str(error.response.get("Error", {}).get("Code", "")))
        return LiveError(f"{doing}: {_refusal(error, code)}", code)
    return LiveError(f"{doing}: {_fault(error)}")


_OF_THE_WAY: Final = (boto.BotoCoreError, boto.ClientError, boto.HTTPClientError, ResponseParserError, OSError)

_CLOCK: Final = ("RequestTimeTooSkewed", "RequestInTheFuture", "RequestExpired")
_EXPIRED: Final = ("ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired")
_INVALID: Final = (
    "AuthFailure",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "InvalidToken",
    "UnrecognizedClientException",
)
_SIGNATURE: Final = ("InvalidSignatureException", "SignatureDoesNotMatch", "IncompleteSignature")
_DENIED: Final = (
    "403",
    "AccessDenied",
    "AccessDeniedException",
    "AuthorizationError",
    "AuthorizationErrorException",
    "Forbidden",
    "UnauthorizedOperation",
)
_CLOSED: Final = ("OptInRequired", "RegionDisabledException", "SubscriptionRequiredException")
_QUOTA: Final = ("LimitExceeded", "LimitExceededException", "ServiceQuotaExceededException", "TooManyBuckets")
_THROTTLED: Final = (
    "BandwidthLimitExceeded",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
)
_SKEW: Final = re.compile(r"signature (expired|not yet current)", re.IGNORECASE)

_SET_CLOCK = "AWS refused the time of the signature: the clock here is wrong; set it by NTP"


_NOT_AWS: Final = "the answer is not one of AWS's: is there a proxy or a sign-in page in between?"


def _in_botocore(error: BaseException) -> bool:
    """Whether botocore stumbled, over an answer that has not the form it should: some of its parsers do not say so."""
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    return frame is not None and str(frame.tb_frame.f_globals.get("__name__", "")).startswith("botocore.")


def _refusal(error: boto.ClientError, code: str) -> str:
    """What a service's answer means. The service's own message is not shown where a signature is wrong: it repeats
    the signed request, session token included."""
    message = str(error.response.get("Error", {}).get("Message", ""))[:2000]
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in _CLOCK or (code in _SIGNATURE and _SKEW.search(message)):
        return _SET_CLOCK
    if code in _SIGNATURE:
        return "the signature does not match: the secret key is not the one of this access key"
    if code in _EXPIRED:
        return "the credentials have expired; sign in again, then run this again"
    if code in _INVALID:
        return "the credentials are not known here: they are of another partition, were deleted, or are not active yet"
    if code in _THROTTLED or status == 429:
        return f"AWS throttled the call ({code}), {ATTEMPTS} times in a row; wait a minute and run this again"
    if code in _DENIED:
        return f"access denied: {_plain(message) or 'the service does not say to what'}"
    if code in _CLOSED:
        return f"the region or service is not enabled for this account ({code})"
    if code in _QUOTA:
        return f"a quota of the account is used up: {_plain(message) or code}"
    if isinstance(status, int) and status >= 500:
        return f"the service itself failed (HTTP {status}, {code or 'no code'}); run this again"
    return f"{_plain(error.operation_name)} was refused: {code or f'HTTP {status}'}: {_plain(message)}"


def _fault(error: BaseException) -> str:
    """What a fault on the way to the service means."""
    name = type(error).__name__
    for kinds, sentence in _FAULTS:
        if isinstance(error, kinds):
            return sentence.format(where=_where(error), name=name, text=_plain(str(error)))
    if isinstance(error, OSError):
        return _OF_THE_SYSTEM.get(error.errno or 0, f"the system refused: {_plain(error.strerror or name)}")
    return f"{name}: {_plain(str(error))}"


_FAULTS: Final[tuple[tuple[Any, str], ...]] = (
    (boto.NoCredentialsError, "no credentials were found; sign in, name a profile, or set AWS_ACCESS_KEY_ID"),
    (boto.PartialCredentialsError, "the credentials are incomplete: a key without its secret"),
    ((boto.SSOError, boto.TokenRetrievalError), "the sign-in has expired or is missing; run `aws sso login`"),
    (boto.CredentialRetrievalError, "the credentials could not be fetched from where the profile says"),
    (boto.ProfileNotFound, "the AWS configuration files have no such profile: {text}"),
    ((boto.ConfigParseError, boto.ConfigNotFound), "the AWS configuration file cannot be read"),
    (boto.InvalidRegionError, "no AWS region has such a name"),
    (boto.ConnectTimeoutError, f"{{where}} did not answer within {CONNECT_SECONDS} seconds; is the region reachable?"),
    (boto.ReadTimeoutError, f"{{where}} took the request and sent nothing for {READ_SECONDS} seconds; run this again"),
    (boto.ProxyConnectionError, "the proxy that the environment names cannot be reached"),
    (boto.SSLError, "no trusted TLS connection to {where}: a wrong certificate, or a proxy in between"),
    (boto.EndpointConnectionError, "{where} cannot be reached: no such host, or nothing answers there"),
    (boto.ConnectionClosedError, "{where} closed the connection before it answered; run this again"),
    (boto.HTTPClientError, "the connection to {where} broke ({name}); run this again"),
    (ResponseParserError, _NOT_AWS),
)
_OF_THE_SYSTEM: Final = {
    errno.ENOSPC: "no space is left on the disk",
    errno.EDQUOT: "the disk quota is used up",
    errno.EROFS: "the disk is read-only",
    errno.EACCES: "the file may not be written or read",
}


def _where(error: BaseException) -> str:
    """Scheme, host and port of the endpoint that an error names: an address may carry a password or a signature."""
    try:
        parts = urlsplit(str(getattr(error, "kwargs", {}).get("endpoint_url", "")))
        port = f":{parts.port}" if parts.port else ""
        return _plain(f"{parts.scheme}://{parts.hostname}{port}") if parts.hostname else "the endpoint"
    except ValueError:
        return "the endpoint"


def _plain(text: str) -> str:
    """Harmless in a terminal, on one line, and short."""
    line = " ".join(text.split())
    return "".join(c if c.isprintable() else "?" for c in line)[:_LONGEST]
