
"use strict";
(() => {
  const form = document.getElementById("filters");
  if (!form) return;
  const findings = [...document.querySelectorAll("#findings article")];
  const selects = [...form.querySelectorAll("select")];
  const apply = () => {
    let shown = 0;
    for (const finding of findings) {
      const fits = selects.every((s) => !s.value || finding.dataset[s.dataset.filter] === s.value);
      finding.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    document.getElementById("shown").textContent = `${shown} of ${findings.length} shown`;
  };
  form.addEventListener("change", apply);
  form.hidden = false;
  apply();
})();
