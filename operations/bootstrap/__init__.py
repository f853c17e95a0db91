"""What is there before the first deployment, made with boto3 from the recorded bootstrap program.

The program says what there is to be (its graph was judged); this package says how each of its types is looked for, made
and corrected. There is no second copy of any document here.
"""

from operations.bootstrap.kind import NotBootstrapped
from operations.bootstrap.run import Done, Outcome, Run
from operations.bootstrap.steps import KINDS, Step, accounts, steps

__all__ = ["KINDS", "Done", "NotBootstrapped", "Outcome", "Run", "Step", "accounts", "steps"]
