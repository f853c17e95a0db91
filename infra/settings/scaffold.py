"""Answers to a few questions -> a commented stack file that loads. What the answers cannot tell is marked `CHANGE`."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from dataclasses import dataclass, replace

import jurisdictions
from infra.settings.errors import StackFileErrors
from infra.settings.loader import load_text
from infra.settings.schema import FIRST_LINE
from infra.sizing import Plan, plan_of

_MIX = {"ct": 6, "mr": 2, "dr": 10, "us": 15}
"""How the studies of a day divide into modalities: the usual rates for outpatients."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What `new` asks for. `imaging_per_day` None: derived from patients. Account ids are 12 digits."""

    name: str
    jurisdiction: str
    city: str
    outpatients_per_day: int
    inpatients: int
    workload_account_id: str
    imaging_per_day: int | None = None
    log_account_id: str | None = None
    backup_account_id: str | None = None


def cities(jurisdiction: str) -> tuple[str, ...]:
    """The cities of a jurisdiction whose round trips are known: what `place` may be."""
    law = jurisdictions.load(jurisdiction)
    return tuple(sorted({place for place, _ in law.rtt_ms if place not in law.regions}))


def render(answers: Answers) -> str:
    """The stack file. It is read back before it is handed out; raises `StackFileErrors` when an answer is refused,
    with the path in the file where it would have stood."""
    try:
        # The tier decides the line of the site, and the line decides what may be promised.
        tier = plan_of(load_text(_text(answers, None).encode()))
        plan = plan_of(load_text(_text(answers, tier).encode()))
        text = _text(answers, plan)
        plan_of(load_text(text.encode()))
    except StackFileErrors as errors:
        raise StackFileErrors(replace(error, line=None, column=None) for error in errors.errors) from None
    return text


def short_name(name: str) -> str:
    """2 to 12 letters and digits made of a name: its initials when it is long."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)
    joined = "".join(words)
    text = joined if len(joined) <= 12 else "".join(word[0] for word in words)
    text = re.sub(r"^[0-9]+", "", text if len(text) > 1 else joined)[:12]
    return text if len(text) > 1 else "hospital"


def _regions(jurisdiction: str, city: str) -> list[tuple[str, str, str]]:
    """Key, region and role: the region nearest to the city, and the one nearest to that."""
    if jurisdiction not in jurisdictions.names():
        return [("primary", "us-east-1", "primary")]  # Any: the jurisdiction is refused, and one error is enough.
    law = jurisdictions.load(jurisdiction)
    far = 1e9
    primary = min(law.regions, key=lambda region: (law.rtt_ms.get((city, region), far), region))
    others = [region for region in law.regions if region != primary]
    chosen = [(primary, "primary")]
    if others:
        standby = min(others, key=lambda region: (law.rtt_ms.get((primary, region), far), region))
        chosen.append((standby, "standby"))
    return [(_key(law.regions[region].city), region, role) for region, role in chosen]


def _key(city: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", city.lower()).strip("-")[:24]


def _quoted(text: str) -> str:
    """Text as YAML reads it back letter by letter."""
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in quoted)


def _imaging(answers: Answers) -> str:
    if answers.imaging_per_day is None:
        return "      # imaging_studies_per_day: left out, so it is derived from usual rates\n"
    total, weight = answers.imaging_per_day, sum(_MIX.values())
    counts = {modality: max(0, total) * share // weight for modality, share in _MIX.items()}
    counts["us"] += total - sum(counts.values())
    lines = "".join(f"        {modality}: {count}\n" for modality, count in counts.items())
    return f"      imaging_studies_per_day: # CHANGE: {total} studies, divided by usual rates\n{lines}"


def _accounts(answers: Answers) -> str:
    text = f"""\
      workload:
        id: {_quoted(answers.workload_account_id)} # in quotes: a number would lose leading zeros
        baseline: managed # managed: trail, guard rails and detectors are made here. existing: the account has them
"""
    for role, account, why in (
        ("log", answers.log_account_id, "audit logs, out of the workload's reach"),
        ("backup", answers.backup_account_id, "isolated copies of backups"),
    ):
        if account:
            text += f"      {role}: # {why}\n        id: {_quoted(account)}\n        baseline: managed\n"
        else:
            text += f"      # {role}: an account of its own for {why}\n"
    return text


def _data_centres(answers: Answers) -> str:
    text = ""
    for number, (key, region, role) in enumerate(_regions(answers.jurisdiction, answers.city)):
        text += f"      {key}:\n        region: {_quoted(region)}\n        role: {role}\n"
        text += f"        cidr: 10.{16 + number}.0.0/16\n"
    return text


def _entry(short: str, plan: Plan | None) -> str:
    if plan is not None and not plan.application_platform:
        return (
            "    # clinical_entry: needed from the tier county on, where applications run in the cloud; "
            "this hospital's run at the site\n"
        )
    return f"""\
    clinical_entry:
      exposure: internal # internal: from the sites' networks only. public: from the internet (China: ICP filing)
      domain: records.{short}.example # CHANGE
      hosted_zone: managed # managed: this stack makes the DNS zone. existing: give hosted_zone_id
"""


def _promises(plan: Plan | None) -> str:
    if plan is None:
        values: dict[str, float] = {
            "availability_percent": 50,
            "latency_ms": 1000,
            "recovery_time_minutes": 10_080,
            "recovery_point_minutes": 10_080,
        }
    else:
        held = plan.outlook
        values = {
            "availability_percent": _at_most(held.availability_percent.value),
            "storage_availability_percent": _at_most(held.storage_availability_percent.value),
            "latency_ms": max(10, math.ceil(held.latency_ms.value / 10) * 10),
            "recovery_time_minutes": math.ceil(held.recovery_time_minutes.value / 15) * 15,
            "recovery_point_minutes": math.ceil(held.recovery_point_minutes.value),
        }
    return "".join(f"      {name}: {number:g}\n" for name, number in values.items())


def _at_most(percent: float) -> float:
    """The round figure below a computed one."""
    return next((step for step in (99.99, 99.98, 99.95, 99.9, 99.5, 99.0) if step <= percent), 90.0)


def _text(answers: Answers, plan: Plan | None) -> str:
    short = short_name(answers.name)
    clinic = plan is not None and not plan.application_platform
    tier = f" Tier by this demand: {plan.tier.value}." if plan else ""
    china = answers.jurisdiction == "cn-mainland"
    mlps = "\n      # mlps_level: 3 # CHANGE: level of protection (等保)" if china else ""
    return f"""\
{FIRST_LINE}
#
# One hospital: data only. Lines marked CHANGE hold examples.{tier}
config:
  hospital-cloud:hospital:
    schema: 1
    title: {_quoted(answers.name)}
    short_name: {short} # stands in the names of buckets and roles; never changes
    jurisdiction: {_quoted(answers.jurisdiction)}

    # trial: invented patients only, can be torn down. live: protected. retiring: protection is lifted.
    # Before the first patient: lifecycle: live, data: patient.
    lifecycle: trial
    data: synthetic

    # Read only while lifecycle is retiring; prepared as part of the exit plan. Remove it if the hospital wants two
    # people to agree on the day.
    retirement:
      owner: operations@{short}.example # CHANGE
      reason: Exit plan of the hospital
      expires_on: "2027-12-31" # from the day after, the stack is protected again

    protection:{mlps}
      critical_infrastructure: false
      data_security_officer: Not named yet # CHANGE
      impact_assessment_id: Not made yet # CHANGE

    contacts:
      operations_email: operations@{short}.example # CHANGE: told of alarms and failed backups
      security_email: security@{short}.example # CHANGE: told of security findings

    accounts:
{_accounts(answers)}
    data_centres: # keys name resources for good
{_data_centres(answers)}
    edge_sites: # campuses and clinics; keys name resources for good
      main-site:
        city: {_quoted(answers.city)}
        kind: {"clinic" if clinic else "campus"}
        connection: {"sd-wan" if clinic else "direct-connect"} # direct-connect, sd-wan, or none (internet, TLS only)
        cidr: 10.64.0.0/20
        # certificate_authority_pem: the certificate of the site's own authority; its machines log in with it

    demand: # every size is computed from these; `pins:` fixes one by hand
      outpatients_per_day: {answers.outpatients_per_day} # working day
      inpatients: {answers.inpatients} # occupied beds
{_imaging(answers)}\
      growth_percent_per_year: 15
      horizon_years: 3

{_entry(short, plan)}
    egress_allow_list: [] # domains that processes reading patients' data may call outside

    # ci: # the pipeline that may deploy and audit, by its own tokens
    #   oidc_issuer: https://git.{short}.example
    #   subject: project_path:it/hospital-cloud:ref_type:branch:ref:main
    #   audience: sts.amazonaws.com

    # What the hospital promises: round figures that this design can hold.
    promises:
{_promises(plan)}"""
