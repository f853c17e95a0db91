"""A stack in an AWS emulator on this machine: deployed by a real engine, asked by boto3, taken down again.

The emulator (moto) lacks some of what the stacks use. Nothing is passed over in silence: `emulator.yaml` lists each gap
with its reason and what is checked instead, and a run's summary counts them.
"""
