import { describeContract } from "./contract.js";

describeContract("memory");
