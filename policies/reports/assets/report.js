
"use strict";
(() => {
  const opened = [];
  addEventListener("beforeprint", () => {
    for (const part of document.querySelectorAll("#clauses details:not([open]), #residency details:not([open])")) {
      part.open = true;
      opened.push(part);
    }
  });
  addEventListener("afterprint", () => {
    for (const part of opened.splice(0)) part.open = false;
  });

  const form = document.getElementById("filters");
  if (!form) return;
  const search = document.getElementById("search");
  const selects = [...form.querySelectorAll("select")];
  const findings = [...document.querySelectorAll("#findings article")];
  const texts = findings.map((finding) => finding.textContent.toLowerCase());

  const apply = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    findings.forEach((finding, number) => {
      const fits =
        selects.every((s) => !s.value || finding.dataset[s.dataset.filter] === s.value) &&
        words.every((word) => texts[number].includes(word));
      finding.hidden = !fits;
      shown += fits ? 1 : 0;
    });
    const said = document.getElementById("shown");
    said.textContent = said.dataset.words.replace("{0}", shown).replace("{1}", findings.length);
  };

  // The address keeps the filters: `#severity=high&text=bucket`. Any other fragment is a part of the page.
  const write = () => {
    const chosen = new URLSearchParams();
    for (const s of selects) if (s.value) chosen.set(s.dataset.filter, s.value);
    if (search.value) chosen.set("text", search.value);
    history.replaceState(null, "", `#${chosen}` === "#" ? "#findings" : `#${chosen}`);
  };
  const read = () => {
    const fragment = location.hash.slice(1);
    if (!fragment.includes("=")) return false;
    const chosen = new URLSearchParams(fragment);
    for (const s of selects) {
      const value = chosen.get(s.dataset.filter) ?? "";
      s.value = [...s.options].some((option) => option.value === value) ? value : "";
    }
    search.value = chosen.get("text") ?? "";
    apply();
    document.getElementById("findings").scrollIntoView();
    return true;
  };

  form.addEventListener("input", () => { apply(); write(); });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(() => { apply(); write(); search.focus(); }));
  addEventListener("hashchange", read);
  form.hidden = false;
  if (!read()) apply();
})();