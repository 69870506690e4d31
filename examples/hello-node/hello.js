// Says hello, and how often this container did so before.

let calls = 0;

exports.handler = async (event) => {
  calls += 1;
  return { hello: event.name ?? "world", calls };
};
