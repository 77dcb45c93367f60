"""A stack with one bulk mailer."""

from pathlib import Path

from aws_cdk import RemovalPolicy, Stack
from cdk_mailmatrix import AlertRoute, BulkMailer, MailTemplate, Sender
from constructs import Construct

HERE = Path(__file__).parent


class MailStack(Stack):
    """Put a CSV under campaigns/ in the mailer's bucket, and everybody on it gets a mail."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)

        self.mailer = BulkMailer(
            self,
            "Mailer",
            sender=Sender.existing_domain("example.com", from_address="Example News <news@example.com>"),
            templates={"welcome": MailTemplate.from_directory(str(HERE / "templates" / "welcome"))},
            alerts=[AlertRoute.email("ops@example.com")],
            # For trying it out; leave it off where the ledger is to outlive the stack.
            removal_policy=RemovalPolicy.DESTROY,
        )
