module example.com/mail

go 1.23

require (
	github.com/aws/aws-cdk-go/awscdk/v2 v2.257.0
	github.com/aws/jsii-runtime-go v1.128.0
	github.com/mailmatrix/cdk-mailmatrix-go/mailmatrix v0.0.0
)
