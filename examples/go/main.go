package main

import (
	"pulumi-acr-token/sdk/go/acrtoken"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		settings := config.New(ctx, "")
		token, err := acrtoken.NewRegistryToken(ctx, "go-client", &acrtoken.RegistryTokenArgs{
			ResourceGroupName: pulumi.String(settings.Require("resourceGroupName")),
			RegistryName:      pulumi.String(settings.Require("registryName")),
			Repositories: acrtoken.RepositoryActionArrayMap{
				"azureiotedge-agent": acrtoken.RepositoryActionArray{acrtoken.RepositoryActionContentRead},
			},
			RotateEveryDays: pulumi.Int(90),
		})
		if err != nil {
			return err
		}
		ctx.Export("username", token.Username)
		ctx.Export("password", token.Password) // a secret
		ctx.Export("loginServer", token.LoginServer)
		return nil
	})
}
