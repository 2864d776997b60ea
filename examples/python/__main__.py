import pulumi
from pulumi_acr_token import RegistryToken, RepositoryAction

config = pulumi.Config()

token = RegistryToken(
    "python-client",
    resource_group_name=config.require("resourceGroupName"),
    registry_name=config.require("registryName"),
    repositories={"azureiotedge-agent": [RepositoryAction.CONTENT_READ]},
    rotate_every_days=90,
)

pulumi.export("username", token.username)
pulumi.export("password", token.password)  # a secret
pulumi.export("loginServer", token.login_server)
