"""One known-good stack file, small enough to know by heart: each test changes one line of it."""

from __future__ import annotations

import datetime

NAME = "Pulumi.test.yaml"
TODAY = datetime.date(2026, 6, 1)

TEXT = """\
config:
  hospital-cloud:hospital:
    schema: 1
    title: Test Hospital
    short_name: test
    jurisdiction: cn-mainland
    lifecycle: live
    retirement:
      owner: cio@test.example
      reason: Exit plan
      expires_on: "2027-12-31"
    data: patient
    protection:
      mlps_level: 3
      critical_infrastructure: false
      data_security_officer: Chen Min
      impact_assessment_id: PIA-2026-014
    contacts:
      operations_email: operations@test.example
      security_email: security@test.example
    accounts:
      workload:
        id: "111122223333"
        baseline: managed
      log:
        id: "444455556666"
      backup:
        id: "777788889999"
    data_centres:
      beijing:
        region: cn-north-1
        role: primary
        cidr: 10.16.0.0/16
      ningxia:
        region: cn-northwest-1
        role: standby
        cidr: 10.17.0.0/16
    edge_sites:
      main-campus:
        city: Tianjin
        kind: campus
        connection: direct-connect
        cidr: 10.64.0.0/20
        demand_share_percent: 60
      clinic-one:
        city: Tianjin
        kind: clinic
        connection: sd-wan
        cidr: 10.64.16.0/24
    demand:
      outpatients_per_day: 5000
      inpatients: 2000
      imaging_studies_per_day:
        ct: 460
        us: 950
      growth_percent_per_year: 15
      staff: 3000
      horizon_years: 3
    clinical_entry:
      exposure: public
      domain: records.test.example
      hosted_zone: managed
      icp_filing_number: 津ICP备20261234号-1
    egress_allow_list:
      - api.insurance.example
    ci:
      oidc_issuer: https://git.test.example
      subject: project:main
      audience: sts.amazonaws.com.cn
    promises:
      availability_percent: 99.99
      latency_ms: 50
      recovery_time_minutes: 30
      recovery_point_minutes: 15
    pins:
      nodes: 9
    verified_capabilities:
      - region: cn-north-1
        capability: aurora.serverless-v2
        by: Wu Lan
        date: "2026-05-01"
        evidence: ticket 812
"""


def with_line(old: str, new: str, text: str = TEXT) -> str:
    """The text with one line replaced, which must stand in it exactly once; both without their indent, which stays."""
    lines = text.split("\n")
    places = [number for number, line in enumerate(lines) if line.strip() == old]
    assert len(places) == 1, f"{old!r} stands {len(places)} times"
    indent = lines[places[0]][: len(lines[places[0]]) - len(lines[places[0]].lstrip())]
    lines[places[0]] = "\n".join(indent + part for part in new.split("\n")) if new else ""
    return "\n".join(lines)
