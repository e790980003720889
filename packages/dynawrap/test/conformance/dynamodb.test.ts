import { describeContract } from "./contract.js";

describeContract("dynamodb", {
  "A field may be called __proto__, whether or not the model that saves it knows it":
    "the SDK's deserializer loses a top-level attribute of that name",
  "Tables are told apart by case":
    "DynamoDB Local answers InternalFailure to a second name; the real service has both",
});
