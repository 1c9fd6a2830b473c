// What stage and desk share: the middle of the page is the server's, and is fetched anew when it says so.
const trouble = document.getElementById("trouble");

export async function ask(path, options) {
  try {
    const answer = await fetch(path, options);
    if (!answer.ok) throw new Error(await answer.text());
    trouble.textContent = "";
    return answer;
  } catch (problem) {
    trouble.textContent = problem instanceof TypeError ? "The server is away; this page waits for it." : problem.message;
    return null;
  }
}

export const tell = (command) => ask("/do", { method: "POST", body: JSON.stringify(command) });

export function follow(path, shown) {
  let wanted = 0;
  let last = "";
  const fetchView = async () => {
    const mine = ++wanted;
    const answer = await ask(path);
    const text = answer && (await answer.text());
    if (!text || mine !== wanted) return; // an older answer may come later
    const same = text === last;
    last = text;
    shown(text, same);
    clocks();
  };
  const listen = () => {
    const changes = new EventSource("/changes");
    changes.onmessage = fetchView;
    changes.onerror = () => {
      trouble.textContent = "The server is away; this page waits for it.";
      if (changes.readyState !== EventSource.CLOSED) return; // it tries again by itself
      fetchView(); // which says why the server refuses
      setTimeout(listen, 3000);
    };
  };
  listen();
  return fetchView;
}

function clocks() {
  for (const clock of document.querySelectorAll("[data-until]")) {
    const left = Math.round(clock.dataset.until - Date.now() / 1000);
    clock.textContent = left > 0 ? `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}` : "time is up";
  }
}
setInterval(clocks, 500);
