let count = 0;

exports.handler = (event, context, callback) => {
  if (event.do === "throw") {
    callback(new RangeError("that went wrong"));
    return;
  }
  setTimeout(() => callback(null, { count: ++count }), 1);
};
