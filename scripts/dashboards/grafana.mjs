// A dashboard as Grafana imports it: rows of panels, two or three in a line, and a choice of the data source.

const WIDTH = 24;
const HEIGHT = 8;
// biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of Grafana.
const datasource = { type: 'prometheus', uid: '${datasource}' };

export function grafanaDashboard({ title, uid, rows }) {
  const panels = [];
  let y = 0;
  for (const row of rows) {
    panels.push({
      id: panels.length + 1,
      type: 'row',
      title: row.title,
      collapsed: false,
      gridPos: place(0, y, WIDTH, 1),
      panels: [],
    });
    y += 1;
    for (const [index, panel] of row.panels.entries()) {
      const columns = Math.min(3, row.panels.length);
      const column = index % columns;
      if (index > 0 && column === 0) y += HEIGHT;
      const width = WIDTH / columns;
      panels.push(panelOf(panel, panels.length + 1, place(column * width, y, width, HEIGHT)));
    }
    y += HEIGHT;
  }
  return {
    title,
    uid,
    description: 'Event-sourced applications, as opentelemetry-instrumentation-eventsource measures them.',
    tags: ['event sourcing', 'opentelemetry'],
    schemaVersion: 39,
    version: 1,
    editable: true,
    graphTooltip: 1,
    refresh: '30s',
    time: { from: 'now-1h', to: 'now' },
    templating: {
      list: [
        {
          type: 'datasource',
          name: 'datasource',
          label: 'Data source',
          query: 'prometheus',
          options: [],
          hide: 0,
          refresh: 1,
          regex: '',
        },
      ],
    },
    annotations: { list: [] },
    panels,
  };
}

function place(x, y, w, h) {
  return { x, y, w, h };
}

function panelOf({ type, title, unit, targets, values }, id, gridPos) {
  const mappings =
    values === undefined
      ? []
      : [
          {
            type: 'value',
            options: Object.fromEntries(
              Object.entries(values).map(([value, [text, color]], index) => [value, { text, color, index }]),
            ),
          },
        ];
  return {
    id,
    type,
    title,
    gridPos,
    datasource,
    fieldConfig: { defaults: { unit, mappings, ...(unit === 'percentunit' ? { min: 0, max: 1 } : {}) }, overrides: [] },
    options: {},
    targets: targets.map(({ expr, legend }, index) => ({
      refId: String.fromCharCode(65 + index),
      datasource,
      expr,
      legendFormat: legend,
      ...(type === 'table' ? { instant: true, format: 'table' } : { range: true }),
    })),
  };
}
