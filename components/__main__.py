"""The components for other languages: Pulumi reads their schema from these classes."""

import sys
from importlib import metadata

from pulumi.provider.experimental import component_provider_host

from components.account_baseline import AccountBaseline
from components.account_guardrail import AccountGuardrail
from components.account_roles import AccountRoles
from components.alarm_topic import AlarmTopic
from components.application_platform import ApplicationPlatform
from components.customer_key import CustomerKey
from components.daily_backup import DailyBackup
from components.data_center import DataCenter
from components.edge_site import EdgeSite
from components.encrypted_storage import EncryptedStorage
from components.failover_load_balancer import FailoverLoadBalancer
from components.log_archive import LogArchive
from components.record_database import RecordDatabase
from components.region_link import RegionLink
from components.session_table import SessionTable
from components.site_hub import SiteHub
from components.state_store import StateStore

COMPONENTS = [
    AccountBaseline,
    AccountGuardrail,
    AccountRoles,
    AlarmTopic,
    ApplicationPlatform,
    CustomerKey,
    DailyBackup,
    DataCenter,
    EdgeSite,
    EncryptedStorage,
    FailoverLoadBalancer,
    LogArchive,
    RecordDatabase,
    RegionLink,
    SessionTable,
    SiteHub,
    StateStore,
]
"""What stands alone; the parts they are made of are not offered."""

if __name__ == "__main__":
    for component in COMPONENTS:  # what a class promises stands at the head of its file, which no schema shows
        component.__doc__ = sys.modules[component.__module__].__doc__
    component_provider_host(name="hospital-cloud", components=COMPONENTS, version=metadata.version("hospital-cloud"))
