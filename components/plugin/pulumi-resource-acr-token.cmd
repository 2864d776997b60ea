@node "%~dp0pulumi-resource-acr-token" %*
