"""GuardDuty's detectors and what they look at."""

from typing import Final

DETECTOR: Final = "aws:guardduty/detector:Detector"
FEATURE: Final = "aws:guardduty/detectorFeature:DetectorFeature"
RUNTIME: Final = "RUNTIME_MONITORING"
RUNTIME_CAPABILITY: Final = "guardduty.runtime-monitoring"
REPLACED: Final = "EKS_RUNTIME_MONITORING"
"""Contained in RUNTIME_MONITORING: only one of the two can be on."""
