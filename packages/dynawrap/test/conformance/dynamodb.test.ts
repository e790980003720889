import { inject } from "vitest";
import { describeContract } from "./contract.js";

const proto = "A field may be called __proto__, whether or not the model that saves it knows it";
const sdk = "the SDK's deserializer loses a top-level attribute of that name";

if (inject("dynamodb")?.engine === "dynalite") {
  const names = { "Any name of a map is an ordinary name": "dynalite sets __proto__ by assignment" };
  describeContract("dynamodb", { [proto]: sdk, ...names }, { withOracle: false });
} else {
  describeContract("dynamodb", {
    [proto]: sdk,
    "Tables are told apart by case":
      "DynamoDB Local answers InternalFailure to the second name; the real service has both",
  });
}
