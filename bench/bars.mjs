const validated = "dynawrap, zod";

/**
 * What the library is held to. `limit` is the most that a part's results may `measure`; where `also` is given, the same
 * by the clock.
 */
export const bars = [
  ...["small", "large"].flatMap((size) => [
    stubbed(size, "put", validated, "DocumentClient", 0.7),
    stubbed(size, "get", validated, "DocumentClient", 0.7),
    stubbed(size, "query of 100", validated, "DocumentClient", 0.5),
    stubbed(size, "query of 100", validated, "ElectroDB", 0.33),
    stubbed(size, "query of 100", validated, "dynamodb-toolbox", 0.2),
    stubbed(size, "query of 100", validated, "dynamodb-onetable", 0.25),
    stubbed(size, "query of 100", "dynawrap, no validation", "JSON.parse alone", 2),
  ]),
  onPostgres("get", 1.1),
  onPostgres("query of 100", 1),
  onPostgres("bulk load of 10,000", 1.1),
  {
    part: "size",
    work: "bundle of a program that uses it, all in one file, KB",
    against: "",
    limit: 10,
    measure: ({ sizes }) => sizes.get(validated).whole / 1024,
  },
  {
    part: "size",
    work: "the same, loaded at once, KB",
    against: "",
    limit: 10,
    measure: ({ sizes }) => sizes.get(validated).first / 1024,
  },
  {
    part: "import-time",
    work: "import after the SDK, ms",
    against: "",
    limit: 5,
    measure: ({ medians }) => medians.get(validated),
  },
  ...["TypeScript 5.9", "TypeScript 7"].flatMap((compiler) => [
    {
      part: "types",
      work: `instantiations for each model, net, ${compiler}`,
      against: "",
      limit: 2000,
      measure({ counts }) {
        const { simple, bare } = counts.get(`${compiler}, ${validated}`);
        return simple - bare;
      },
    },
    {
      part: "types",
      work: `time to check 100 models, ${compiler}`,
      against: "ElectroDB",
      limit: 1,
      measure: ({ times }) => times.ratio(compiler, validated, "ElectroDB", "wall"),
    },
  ]),
  {
    part: "memory",
    work: "heap of a scan of a million, at most",
    against: "after 10,000 items",
    limit: 1.1,
    measure: ({ growth }) => growth,
  },
];

/** Nothing is waited for on the stub: CPU time decides. */
function stubbed(size, job, contender, against, limit) {
  const ratio = (clock) => (results) => results.measurements[size].ratio(job, contender, against, clock);
  return {
    part: "dynamodb",
    work: `${contender}: ${job}, ${size} items`,
    against,
    limit,
    measure: ratio("cpu"),
    also: ratio("wall"),
  };
}

function onPostgres(job, limit) {
  const against = "pg, prepared by hand";
  return {
    part: "postgres",
    work: `${validated}: ${job}, PostgreSQL`,
    against,
    limit,
    measure: ({ measurements }) => measurements.ratio(job, validated, against, "wall"),
  };
}
