#!/usr/bin/env python3
from aws_cdk import App

from mail_stack import MailStack

app = App()
MailStack(app, "Mail")
app.synth()
