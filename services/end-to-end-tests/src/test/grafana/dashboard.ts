// A dashboard as Grafana's types have it, but with the options of each kind of panel, and queries to Prometheus alone. What
// Grafana fills in by itself may be left out of options.
import type { AnnotationQuery, Dashboard as AnyDashboard, FieldConfig, Panel, RowPanel } from '@grafana/schema';
import type * as BarChart from '@grafana/schema/dist/esm/raw/composable/barchart/panelcfg/x/BarChartPanelCfg_types.gen';
import type * as BarGauge from '@grafana/schema/dist/esm/raw/composable/bargauge/panelcfg/x/BarGaugePanelCfg_types.gen';
import type * as Stat from '@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen';
import type * as Table from '@grafana/schema/dist/esm/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen';
import type * as TimeSeries from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';
import type * as Trend from '@grafana/schema/dist/esm/raw/composable/trend/panelcfg/x/TrendPanelCfg_types.gen';
import type * as XYChart from '@grafana/schema/dist/esm/raw/composable/xychart/panelcfg/x/XYChartPanelCfg_types.gen';

// These two the data source for Prometheus adds; its own package has no types without all of Grafana's pages.
interface PanelQuery {
  refId: string;
  expr: string;
  instant: boolean;
  range: boolean;
  format: 'table' | 'time_series';
  legendFormat?: string;
}

interface Annotation extends Omit<AnnotationQuery, 'target'> {
  target: { refId: string; expr: string; interval: string };
  titleFormat: string;
  textFormat: string;
  tagKeys: string;
}

type PanelOf<Type extends string, Options, Custom> = Omit<Panel, 'type' | 'options' | 'fieldConfig' | 'targets'> & {
  type: Type;
  options: Partial<Options>;
  fieldConfig: {
    defaults: Omit<FieldConfig, 'custom'> & { custom?: Partial<Custom> };
    overrides: NonNullable<Panel['fieldConfig']>['overrides'];
  };
  targets: PanelQuery[];
};

export type Dashboard = Omit<AnyDashboard, 'panels' | 'annotations'> & {
  annotations: { list: Annotation[] };
  panels: Array<
    | RowPanel
    | PanelOf<'barchart', BarChart.Options, BarChart.FieldConfig>
    | PanelOf<'bargauge', BarGauge.Options, {}>
    | PanelOf<'stat', Stat.Options, {}>
    | PanelOf<'table', Table.Options, Table.FieldConfig>
    | PanelOf<'timeseries', TimeSeries.Options, TimeSeries.FieldConfig>
    | PanelOf<'trend', Trend.Options, Trend.FieldConfig>
    | PanelOf<'xychart', XYChart.Options, XYChart.FieldConfig>
  >;
};
