@node "%~dp0pulumi-resource-azure-native" %*
