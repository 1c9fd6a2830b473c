// The page is whole without this: it only looks whether there is something new to vote on.
setInterval(async () => {
  if (document.querySelector("label input")) return; // somebody is typing a code
  try {
    const text = await (await fetch("/")).text();
    const now = new DOMParser().parseFromString(text, "text/html").querySelector("main");
    const main = document.querySelector("main");
    if (now && now.innerHTML !== main.innerHTML) main.replaceWith(now);
  } catch {
    // The network comes back, and so does the next look.
  }
}, 3000);
