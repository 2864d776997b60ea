package program;

import com.pulumi.Pulumi;
import acrtoken.sdk.RegistryToken;
import acrtoken.sdk.RegistryTokenArgs;
import acrtoken.sdk.enums.RepositoryAction;
import java.util.List;
import java.util.Map;

public class App {
    public static void main(String[] args) {
        Pulumi.run(ctx -> {
            var config = ctx.config();
            var token = new RegistryToken("java-client", RegistryTokenArgs.builder()
                .resourceGroupName(config.require("resourceGroupName"))
                .registryName(config.require("registryName"))
                .repositories(Map.of("azureiotedge-agent", List.of(RepositoryAction.ContentRead)))
                .rotateEveryDays(90)
                .build());
            ctx.export("username", token.username());
            ctx.export("password", token.password()); // a secret
            ctx.export("loginServer", token.loginServer());
        });
    }
}
