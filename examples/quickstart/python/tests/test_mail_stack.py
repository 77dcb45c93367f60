from aws_cdk import App
from aws_cdk.assertions import Match, Template

from mail_stack import MailStack


def template() -> Template:
    return Template.from_stack(MailStack(App(), "Mail"))


def test_an_upload_starts_a_run() -> None:
    template().has_resource_properties(
        "AWS::Events::Rule",
        {
            "EventPattern": {
                "source": ["aws.s3"],
                "detail": {"object": {"key": Match.array_with([{"prefix": "campaigns/"}])}},
            }
        },
    )


def test_only_our_address_may_send() -> None:
    template().has_resource_properties(
        "AWS::IAM::Policy",
        {
            "PolicyDocument": {
                "Statement": Match.array_with(
                    [
                        Match.object_like(
                            {
                                "Action": ["ses:SendEmail", "ses:SendRawEmail"],
                                "Condition": {"StringEquals": {"ses:FromAddress": ["news@example.com"]}},
                            }
                        )
                    ]
                )
            }
        },
    )
