import { inject } from "vitest";
import { describeContract } from "./contract.js";

if (inject("dynamodb")?.engine === "dynalite") {
  const assigned = "dynalite sets __proto__ by assignment";
  const names = {
    "Any name of a map is an ordinary name": assigned,
    "A field may be called __proto__, whether or not the model that saves it knows it": assigned,
  };
  describeContract("dynamodb", names, { withOracle: false });
} else {
  describeContract("dynamodb", {
    "Tables are told apart by case":
      "DynamoDB Local answers InternalFailure to the second name; the real service has both",
  });
}
