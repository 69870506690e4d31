let count = 0;

export const handler = async (event, context) => {
  switch (event.do) {
    case "throw":
      throw new TypeError("that went wrong");
    case "reject-later":
      setTimeout(() => Promise.reject(new Error("nobody listened")), 5);
      return new Promise(() => {});
    case "exit":
      process.exit(4);
      break;
    case "context":
      console.log("a line of the log");
      return {
        id: context.awsRequestId,
        tenant: context.tenantId,
        remaining: context.getRemainingTimeInMillis(),
        greeting: process.env.GREETING,
      };
    default:
      return { key: context.tenantId, count: ++count };
  }
};
