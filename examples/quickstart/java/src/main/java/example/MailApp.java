package example;

import io.github.mailmatrix.cdk.AlertRoute;
import io.github.mailmatrix.cdk.BulkMailer;
import io.github.mailmatrix.cdk.ExistingDomainOptions;
import io.github.mailmatrix.cdk.MailTemplate;
import io.github.mailmatrix.cdk.Sender;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.App;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;

/** Put a CSV under campaigns/ in the mailer's bucket, and everybody on it gets a mail. */
public final class MailApp {
  private MailApp() {}

  public static void main(String[] args) {
    App app = new App();
    Stack stack = new Stack(app, "Mail");

    BulkMailer.Builder.create(stack, "Mailer")
        .sender(
            Sender.existingDomain(
                "example.com",
                ExistingDomainOptions.builder().fromAddress("Example News <news@example.com>").build()))
        .templates(Map.of("welcome", MailTemplate.fromDirectory("templates/welcome")))
        .alerts(List.of(AlertRoute.email("ops@example.com")))
        // For trying it out; leave it off where the ledger is to outlive the stack.
        .removalPolicy(RemovalPolicy.DESTROY)
        .build();

    app.synth();
  }
}
