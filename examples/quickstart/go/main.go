// Put a CSV under campaigns/ in the mailer's bucket, and everybody on it gets a mail.
package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	"github.com/mailmatrix/cdk-mailmatrix-go/mailmatrix"
)

func main() {
	defer jsii.Close()

	app := awscdk.NewApp(nil)
	stack := awscdk.NewStack(app, jsii.String("Mail"), nil)

	mailmatrix.NewBulkMailer(stack, jsii.String("Mailer"), &mailmatrix.BulkMailerProps{
		Sender: mailmatrix.Sender_ExistingDomain(jsii.String("example.com"), &mailmatrix.ExistingDomainOptions{
			FromAddress: jsii.String("Example News <news@example.com>"),
		}),
		Templates: &map[string]mailmatrix.MailTemplate{
			"welcome": mailmatrix.MailTemplate_FromDirectory(jsii.String("templates/welcome"), nil),
		},
		Alerts: &[]mailmatrix.AlertRoute{
			mailmatrix.AlertRoute_Email(jsii.String("ops@example.com"), nil),
		},
		// For trying it out; leave it off where the ledger is to outlive the stack.
		RemovalPolicy: awscdk.RemovalPolicy_DESTROY,
	})

	app.Synth(nil)
}
